from __future__ import annotations

import inspect
import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import typing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cursus.errors import ModuleLoadError
from cursus.workspace.layout import core_workspace, developer_workspace, shared_workspace, single_workspace
from cursus.workspace.loader import ModuleLoader

STEPS = "src/cursus_dev/steps"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def workspace(root: Path, name: str, files: dict[str, str]) -> Path:
    """A developer's files by their place below ``cursus_dev/steps``; returns that folder."""
    home = root / "shared" if name == "shared" else root / "developers" / name
    folders = {f"{STEPS}/{Path(f).parent}/__init__.py" for f in files}
    write(home, dict.fromkeys([*folders, "src/cursus_dev/__init__.py", f"{STEPS}/__init__.py"], ""))
    write(home / STEPS, files)
    return home / STEPS


def loader(root: Path, name: str, *, shared: bool = False) -> ModuleLoader:
    return ModuleLoader(developer_workspace(root, name), shared=shared_workspace(root) if shared else None)


@pytest.fixture(autouse=True)
def unchanged():
    path, modules = list(sys.path), dict(sys.modules)
    yield
    assert sys.path == path
    assert {name: sys.modules.get(name) for name in modules} == modules
    # Libraries that were imported for the first time stay.
    new = [m for n, m in sys.modules.items() if n not in modules]
    assert not [m for m in new if "cursus_dev" in m.__name__ or "cursus.workspace.loader./" in m.__name__]
    assert not [m for m in new if (getattr(m, "__file__", None) or "").startswith(tempfile.gettempdir())]


def child(code: str, *args: str, data: bytes = b"") -> str:
    done = subprocess.run([sys.executable, "-c", code, *args], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


# Names and imports


def test_same_file_and_class_in_two_workspaces_are_two_classes(tmp_path):
    for name in ("alice", "bob"):
        workspace(tmp_path, name, {"builders/builder_x_step.py": f"class XStepBuilder:\n    who = '{name}'\n"})
    loaders = {name: loader(tmp_path, name) for name in ("alice", "bob")}
    classes = {
        name: each.load_symbol(each.workspace.steps_dir / "builders/builder_x_step.py", "XStepBuilder")
        for name, each in loaders.items()
    }
    assert {name: kind.who for name, kind in classes.items()} == {"alice": "alice", "bob": "bob"}
    assert classes["alice"] is not classes["bob"]


def test_relative_absolute_and_deferred_imports_stay_in_the_workspace(tmp_path):
    for name in ("alice", "bob"):
        workspace(
            tmp_path,
            name,
            {
                "configs/config_x_step.py": f"WHO = '{name}'\n",
                "contracts/late.py": f"WHO = '{name} later'\n",
                "builders/builder_x_step.py": (
                    "import cursus_dev.steps.configs.config_x_step\n"
                    "import cursus_dev.steps.configs.config_x_step as whole\n"
                    "from cursus_dev.steps.configs.config_x_step import WHO as absolute\n"
                    "from ..configs.config_x_step import WHO as relative\n"
                    "from ..configs import config_x_step as module\n"
                    "dotted = cursus_dev.steps.configs.config_x_step.WHO\n"
                    "aliased = whole.WHO\n"
                    "def deferred():\n"
                    "    from ..contracts.late import WHO\n"
                    "    from cursus_dev.steps.contracts import late\n"
                    "    import cursus_dev.steps.contracts.late\n"
                    "    assert cursus_dev.steps.contracts.late is late\n"
                    "    return WHO, late.WHO\n"
                ),
            },
        )
    loaded = {}
    for name in ("alice", "bob"):
        each = loader(tmp_path, name)
        loaded[name] = each.load(each.workspace.steps_dir / "builders/builder_x_step.py")
    for name, module in loaded.items():
        assert {module.absolute, module.relative, module.module.WHO, module.dotted, module.aliased} == {name}
    for _ in range(2):
        assert loaded["bob"].deferred() == ("bob later", "bob later")
        assert loaded["alice"].deferred() == ("alice later", "alice later")


def test_deferred_import_that_is_new_leaves_nothing_behind(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {"scripts/late.py": "import dataclasses\n@dataclasses.dataclass\nclass A:\n    a: 'int' = 1\n"}
        | {"scripts/a.py": "def go():\n    from . import late\n    return late.A()\n"},
    )
    assert loader(tmp_path, "alice").load(steps / "scripts/a.py").go().a == 1


def test_star_import_and_submodules_in_all(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {"configs/one.py": "X = 1\n", "scripts/a.py": "from cursus_dev.steps.configs import *\nVALUE = one.X + TWO\n"},
    )
    (steps / "configs/__init__.py").write_text("__all__ = ['one', 'TWO']\nTWO = 2\n")
    assert loader(tmp_path, "alice").load(steps / "scripts/a.py").VALUE == 3


def test_circular_imports_work(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {
            "scripts/a.py": "from . import b\nfrom cursus_dev.steps.scripts import b as again\nX = 1\n",
            "scripts/b.py": "from . import a\nimport cursus_dev.steps.scripts.a as c\ndef get(): return a.X, c.X\n",
        },
    )
    assert loader(tmp_path, "alice").load(steps / "scripts/a.py").b.get() == (1, 1)


def test_circular_import_of_a_name_fails_as_in_python_and_can_be_repaired(tmp_path):
    steps = workspace(
        tmp_path, "alice", {"scripts/a.py": "from .b import Y\nX = 1\n", "scripts/b.py": "from .a import X\nY = 2\n"}
    )
    each = loader(tmp_path, "alice")
    with pytest.raises(ModuleLoadError, match=r"cannot import name 'X' from .*cursus_dev.steps.scripts.a") as caught:
        each.load(steps / "scripts/a.py")
    assert (caught.value.file, caught.value.line) == (steps / "scripts/b.py", 1)
    (steps / "scripts/b.py").write_text("Y = 2\n")
    assert each.load(steps / "scripts/a.py").X == 1


def test_relative_import_cannot_leave_the_package(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "from .... import workspace\n"})
    with pytest.raises(ModuleLoadError, match="beyond top-level package"):
        loader(tmp_path, "alice").load(steps / "scripts/a.py")


def test_file_named_like_a_standard_module_shadows_nothing(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {
            "scripts/json.py": "MINE = True\n",
            "scripts/a.py": "import json\nfrom . import json as mine\ntext = json.dumps({})\n",
        },
    )
    module = loader(tmp_path, "alice").load(steps / "scripts/a.py")
    assert module.mine.MINE
    assert module.json is json


def test_workspace_without_init_files_loads(tmp_path):
    steps = tmp_path / "developers/alice" / STEPS
    write(steps, {"configs/c.py": "X = 1\n", "scripts/a.py": "from ..configs.c import X\n"})
    assert loader(tmp_path, "alice").load(steps / "scripts/a.py").X == 1


def test_cursus_dev_means_nothing_outside(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": ""})
    loader(tmp_path, "alice").load(steps / "scripts/a.py")
    with pytest.raises(ModuleNotFoundError):
        __import__("cursus_dev")


def test_relative_dynamic_import(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {
            "scripts/a.py": "import importlib as i\nb = i.import_module('.b', __package__)\nfrom . import b as again\n",
            "scripts/b.py": "X = 1\n",
        },
    )
    module = loader(tmp_path, "alice").load(steps / "scripts/a.py")
    assert module.b is module.again


def test_import_by_name_means_the_own_workspace_also_later_and_from_threads(tmp_path):
    text = """
import importlib
import importlib.util as util
from importlib import import_module as load, metadata

JSON = importlib.import_module("json")
NOW = importlib.import_module("cursus_dev.steps.scripts.b")
FOUND = util.find_spec("json") is not None and metadata.version("pytest")


def later(name):
    return load(name)
"""
    modules = {}
    for name in ("alice", "bob"):
        steps = workspace(tmp_path, name, {"scripts/a.py": text, "scripts/b.py": f"X = '{name}'\n"})
        modules[name] = loader(tmp_path, name).load(steps / "scripts/a.py")
    for name, module in modules.items():
        assert module.JSON is sys.modules["json"]
        assert module.FOUND
        assert name == module.NOW.X
        assert module.later("cursus_dev.steps.scripts.b") is module.NOW
        with pytest.raises(ModuleNotFoundError, match=r"cursus_dev\.steps\.scripts\.c"):
            module.later("cursus_dev.steps.scripts.c")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(module.later, "cursus_dev.steps.scripts.b").result() is module.NOW


# Layers


def test_shared_is_the_fallback_and_is_one_module_for_all(tmp_path):
    use = "from ..configs.common import WHO, Base\nfrom ..configs import common, only\n"
    shared = workspace(
        tmp_path,
        "shared",
        {
            "configs/common.py": "from . import only\nWHO = 'shared'\nclass Base: pass\n",
            "configs/only.py": "BY = 'shared'\n",
        },
    )
    alice = workspace(tmp_path, "alice", {"configs/only.py": "BY = 'alice'\n", "scripts/a.py": use})
    bob = workspace(tmp_path, "bob", {"scripts/a.py": use})
    of_alice = loader(tmp_path, "alice", shared=True).load(alice / "scripts/a.py")
    of_bob = loader(tmp_path, "bob", shared=True).load(bob / "scripts/a.py")
    assert of_alice.WHO == of_bob.WHO == "shared"
    assert of_alice.Base is of_bob.Base
    assert (of_alice.only.BY, of_bob.only.BY) == ("alice", "shared")
    assert of_alice.common.only.BY == "shared"
    assert loader(tmp_path, "bob", shared=True).load(shared / "configs/common.py") is of_bob.common
    with pytest.raises(ModuleLoadError, match=r"No module named 'cursus_dev.steps.configs"):
        loader(tmp_path, "bob").load(bob / "scripts/a.py")


def test_own_file_that_appears_later_goes_before_shared(tmp_path):
    workspace(tmp_path, "shared", {"configs/common.py": "WHO = 'shared'\n"})
    alice = workspace(tmp_path, "alice", {"scripts/a.py": "from ..configs.common import WHO\n"})
    each = loader(tmp_path, "alice", shared=True)
    assert each.load(alice / "scripts/a.py").WHO == "shared"
    workspace(tmp_path, "alice", {"configs/common.py": "WHO = 'alice'\n"})
    assert each.load(alice / "scripts/a.py").WHO == "alice"
    (alice / "configs/common.py").unlink()
    assert each.load(alice / "scripts/a.py").WHO == "shared"


def test_core_files_are_imported_as_what_they_are():
    core = core_workspace()
    assert ModuleLoader(core).load(core.steps_dir / "__init__.py").__name__ == "cursus.steps"


def test_single_form(tmp_path):
    write(tmp_path, {f"{STEPS}/scripts/a.py": "from . import b\n", f"{STEPS}/scripts/b.py": ""})
    each = ModuleLoader(single_workspace(tmp_path))
    assert each.load(tmp_path / STEPS / "scripts/a.py").b.__file__ == str(tmp_path / STEPS / "scripts/b.py")


# What classes need of their module

MODELS = """
from __future__ import annotations
import dataclasses, enum
from typing import ClassVar, NamedTuple
from pydantic import BaseModel
from pydantic.dataclasses import dataclass as checked

class First(BaseModel):
    second: Second | None = None
    class Inner(BaseModel):
        second: Second

class Second(BaseModel):
    value: int = 0

@checked
class Third:
    second: Second2 | None = None

class Second2(BaseModel):
    value: int = 0

@dataclasses.dataclass
class Plain:
    kind: ClassVar[str] = "k"
    other: Plain | None = None

class Colour(enum.Enum):
    RED = 1

class Pair(NamedTuple):
    left: int
"""


def test_pydantic_and_dataclass_forward_references(tmp_path):
    steps = workspace(tmp_path, "alice", {"configs/m.py": MODELS})
    each = loader(tmp_path, "alice")
    module = each.load(steps / "configs/m.py")
    assert module.First(second={"value": 3}).second.value == 3
    assert module.First.Inner(second={"value": 3}).second.value == 3
    assert module.Third(second={"value": 4}).second.value == 4
    assert module.Plain(other=module.Plain()).other.other is None
    with each.active():
        assert sys.modules[module.__name__] is module
        assert typing.get_type_hints(module.Plain)["other"] == module.Plain | None
        assert "class Plain" in inspect.getsource(module.Plain)


def test_active_includes_what_is_loaded_inside_and_may_be_nested(tmp_path):
    steps = workspace(tmp_path, "alice", {"configs/m.py": "X = 1\n", "configs/n.py": "class N: pass\n"})
    each = loader(tmp_path, "alice")
    each.load(steps / "configs/m.py")
    with each.active():
        with each.active():
            kind = each.load_symbol(steps / "configs/n.py", "N")
        assert kind.__module__ in sys.modules


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_pickle_reaches_another_process(tmp_path, protocol):
    steps = workspace(tmp_path, "alice", {"configs/m.py": MODELS + "from .far import Far\n"})
    workspace(tmp_path, "shared", {"configs/far.py": "class Far:\n    pass\n"})
    module = loader(tmp_path, "alice", shared=True).load(steps / "configs/m.py")
    values = [module.First(second={"value": 5}), module.Colour.RED, module.Pair(2), module.Far, module.Plain()]
    before = dict(sys.modules)
    data = pickle.dumps(values, protocol)
    assert pickle.loads(data)[1] is module.Colour.RED
    # Pickle imports by name, so here it is pickle that leaves the modules behind.
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]
    code = "import pickle, sys; v = pickle.load(sys.stdin.buffer); print(v[0].second.value, v[1].name, v[2].left, v[3])"
    assert child(code, data=data).startswith("5 RED 2 <class ")


def test_strange_folder_names(tmp_path):
    root = tmp_path / "a b.c:d=é%20"
    steps = workspace(root, "x.y-z", {"configs/m.py": "class M: pass\n"})
    kind = loader(root, "x.y-z").load_symbol(steps / "configs/m.py", "M")
    before = dict(sys.modules)
    data = pickle.dumps(kind, 0)
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]
    assert "configs.m.M" in child("import pickle, sys; print(pickle.load(sys.stdin.buffer))", data=data)


def test_reload_of_a_pickled_module_replaces_it(tmp_path):
    steps = workspace(tmp_path, "alice", {"configs/m.py": "class M: x = 1\n"})
    each = loader(tmp_path, "alice")
    before = dict(sys.modules)
    pickle.dumps(each.load_symbol(steps / "configs/m.py", "M"))
    (steps / "configs/m.py").write_text("class M: x = 2\n")
    new = each.load_symbol(steps / "configs/m.py", "M")
    assert pickle.loads(pickle.dumps(new)) is new
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]


# Reloading


def test_edited_file_is_reloaded_even_with_the_same_size_and_times(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "X = 1\n"})
    each, path = loader(tmp_path, "alice"), steps / "scripts/a.py"
    first = each.load(path)
    times = path.stat()
    path.write_text("X = 2\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert each.load(path).X == 2
    assert each.load(path) is not first


def test_unchanged_file_is_the_same_module_for_every_loader(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "X = 1\n"})
    path = steps / "scripts/a.py"
    first = loader(tmp_path, "alice").load(path)
    path.touch()
    assert loader(tmp_path, "alice").load(path) is first


def test_what_an_edited_file_was_imported_by_is_reloaded_and_nothing_else(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {
            "configs/base.py": "X = 1\n",
            "configs/middle.py": "from . import base\nfrom .base import X\n",
            "scripts/top.py": "from ..configs.middle import X\nfrom ..configs import other\n",
            "configs/other.py": "Y = 1\n",
        },
    )
    each = loader(tmp_path, "alice")
    first = each.load(steps / "scripts/top.py")
    (steps / "configs/base.py").write_text("X = 2\n")
    second = each.load(steps / "scripts/top.py")
    assert (first.X, second.X) == (1, 2)
    assert first.other is second.other


def test_optional_import_is_tried_again_when_the_file_appears(tmp_path):
    optional = "try:\n    from .extra import X\nexcept ImportError:\n    X = None\n"
    steps = workspace(tmp_path, "alice", {"scripts/a.py": optional})
    each = loader(tmp_path, "alice")
    assert each.load(steps / "scripts/a.py").X is None
    (steps / "scripts/extra.py").write_text("X = 1\n")
    assert each.load(steps / "scripts/a.py").X == 1
    (steps / "scripts/extra.py").unlink()
    assert each.load(steps / "scripts/a.py").X is None


def test_edit_in_shared_reaches_the_developer(tmp_path):
    shared = workspace(tmp_path, "shared", {"configs/common.py": "X = 1\n"})
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "from ..configs.common import X\n"})
    each = loader(tmp_path, "alice", shared=True)
    assert each.load(steps / "scripts/a.py").X == 1
    (shared / "configs/common.py").write_text("X = 2\n")
    ModuleLoader(shared_workspace(tmp_path)).load(shared / "configs/common.py")
    assert each.load(steps / "scripts/a.py").X == 2


def test_forget_runs_the_module_again(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "from . import b\n", "scripts/b.py": ""})
    each = loader(tmp_path, "alice")
    a, b = each.load(steps / "scripts/a.py"), each.load(steps / "scripts/b.py")
    each.forget(steps / "scripts/a.py")
    assert each.load(steps / "scripts/b.py") is b
    assert each.load(steps / "scripts/a.py") is not a
    each.forget()
    assert each.load(steps / "scripts/b.py") is not b


# Names and places of single files


def test_given_name(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "from . import b\nNAME = __name__\n", "scripts/b.py": ""})
    each = loader(tmp_path, "alice")
    module = each.load(steps / "scripts/a.py", name="json")
    assert module.NAME == "json"
    assert each.load(steps / "scripts/a.py") is not module
    assert each.load(steps / "scripts/a.py", name="json") is module
    assert sys.modules["json"] is json


def test_file_beside_the_package(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "X = 1\n", "scripts/odd.name.py": "from . import a\n"})
    write(tmp_path / "developers/alice", {"tests/helper.py": "from cursus_dev.steps.scripts.a import X\n"})
    each = loader(tmp_path, "alice")
    assert each.load(tmp_path / "developers/alice/tests/helper.py").X == 1
    assert each.load(steps / "scripts/odd.name.py").a.X == 1


def test_path_through_a_link_to_the_root_is_the_same_module(tmp_path):
    steps = workspace(tmp_path / "real", "alice", {"scripts/a.py": ""})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    each = loader(tmp_path / "real", "alice")
    seen = tmp_path / "link" / steps.relative_to(tmp_path / "real") / "scripts/a.py"
    assert each.load(seen) is each.load(steps / "scripts/a.py")


# Failures


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("x = 1\nraise ValueError('no good')\n", 2, "ValueError: no good"),
        ("x = 1\nx = = 2\n", 2, "SyntaxError: invalid syntax"),
        ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3"),
        ("class Stop(BaseException): pass\nraise Stop\n", 2, "Stop"),
        ("import not_there_at_all\n", 1, "No module named 'not_there_at_all'"),
        ("import json\n\njson.loads('{')\n", 3, "JSONDecodeError"),
        ("x = '\0'\n", 1, "SyntaxError"),
        ("def f():\n    return f()\nf()\n", 2, "RecursionError"),
        ("from cursus_dev.steps.configs import nowhere\n", 1, "cannot import name 'nowhere'"),
        ("from cursus_dev.steps.nowhere import x\n", 1, "No module named 'cursus_dev.steps.nowhere'"),
    ],
)
@pytest.mark.parametrize("depth", [0, 1])
def test_failure_names_workspace_file_line_and_cause(tmp_path, text, line, cause, depth):
    files = {"configs/broken.py": text, "configs/user.py": "from .broken import x\n"}
    steps = workspace(tmp_path, "alice", files)
    each = loader(tmp_path, "alice")
    with pytest.raises(ModuleLoadError) as caught:
        each.load(steps / ("configs/user.py" if depth else "configs/broken.py"))
    error = caught.value
    assert (error.workspace, error.file, error.line) == ("alice", steps / "configs/broken.py", line)
    assert cause in error.cause
    assert str(error.file) in str(error)
    (steps / "configs/broken.py").write_text("x = 1\n")
    assert each.load(steps / "configs/user.py").x == 1


def test_failure_in_shared_names_shared(tmp_path):
    shared = workspace(tmp_path, "shared", {"configs/common.py": "1/0\n"})
    steps = workspace(tmp_path, "alice", {"scripts/a.py": "\nfrom ..configs.common import X\n"})
    with pytest.raises(ModuleLoadError) as caught:
        loader(tmp_path, "alice", shared=True).load(steps / "scripts/a.py")
    assert (caught.value.workspace, caught.value.file, caught.value.line) == ("shared", shared / "configs/common.py", 1)


def test_missing_name_is_suggested(tmp_path):
    steps = workspace(tmp_path, "alice", {"builders/b.py": "class TrainingStepBuilder: pass\n"})
    with pytest.raises(ModuleLoadError, match=r"it defines no 'TrainStepBuilder'. Did you mean 'TrainingStepBuilder'"):
        loader(tmp_path, "alice").load_symbol(steps / "builders/b.py", "TrainStepBuilder")


def test_absent_folder_and_foreign_files_are_refused(tmp_path):
    steps = workspace(tmp_path, "alice", {"scripts/folder.py/x.py": ""})
    other = workspace(tmp_path, "bob", {"scripts/b.py": "X = 1\n"})
    (steps / "scripts/link.py").symlink_to(other / "scripts/b.py")
    os.mkfifo(steps / "scripts/pipe.py")
    each = loader(tmp_path, "alice")
    for path, cause in [
        (steps / "scripts/none.py", "there is no such file"),
        (steps / "scripts/folder.py", "it is not a file"),
        (steps / "scripts/pipe.py", "it is not a file"),
        (steps / "scripts/link.py", "a link that leads outside"),
        (other / "scripts/b.py", "it lies outside the workspace 'alice'"),
        (steps / "../../../../bob" / STEPS / "scripts/b.py", "it lies outside the workspace 'alice'"),
    ]:
        with pytest.raises(ModuleLoadError, match=cause):
            each.load(path)
    write(steps, {"scripts/user.py": "from . import link\n"})
    with pytest.raises(ModuleLoadError, match="leads outside the workspace"):
        each.load(steps / "scripts/user.py")


def test_what_a_module_does_to_the_interpreter_is_undone(tmp_path):
    steps = workspace(
        tmp_path,
        "alice",
        {
            "scripts/helper_of_path.py": "X = 1\n",
            "scripts/a.py": (
                "import os, sys, types\n"
                "sys.path = [os.path.dirname(__file__), *sys.path]\n"
                "import helper_of_path\n"
                "sys.modules['json'] = types.ModuleType('json')\n"
                "sys.modules['cursus_dev'] = sys.modules[__name__]\n"
                "del sys.modules['pickle']\n"
                "X = helper_of_path.X\n"
            ),
        },
    )
    path = sys.path
    assert loader(tmp_path, "alice").load(steps / "scripts/a.py").X == 1
    assert sys.path is path


# Threads and processes


def test_two_threads_load_two_workspaces(tmp_path):
    names = [f"dev{i}" for i in range(4)]
    for name in names:
        files = {f"configs/m{i}.py": f"import time\ntime.sleep(0.001)\nWHO = '{name}'\n" for i in range(5)}
        uses = "".join(
            f"    from .m{i} import WHO as w{i}\n    from cursus_dev.steps.configs import m{i}\n" for i in range(5)
        )
        files["configs/top.py"] = f"def go():\n{uses}    return {{w0, w1, w2, w3, w4, m0.WHO, m4.WHO}}\n"
        workspace(tmp_path, name, files)
    seen: list[tuple[str, set[str]]] = []

    def work(name: str) -> None:
        each = loader(tmp_path, name)
        seen.append((name, each.load(each.workspace.steps_dir / "configs/top.py").go()))

    threads = [threading.Thread(target=work, args=(name,)) for name in names * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(threads)
    assert all(found == {name} for name, found in seen)


def test_fork_while_another_thread_loads(tmp_path):
    steps = workspace(
        tmp_path, "alice", {"scripts/slow.py": "import time\ntime.sleep(0.5)\n", "scripts/a.py": "X = 7\n"}
    )
    code = f"""
import os, sys, threading, time
from pathlib import Path
from cursus.workspace.layout import developer_workspace
from cursus.workspace.loader import ModuleLoader
loader = ModuleLoader(developer_workspace(Path({str(tmp_path)!r}), "alice"))
thread = threading.Thread(target=loader.load, args=(Path({str(steps)!r}) / "scripts/slow.py",))
thread.start()
time.sleep(0.1)
child = os.fork()
if child == 0:
    os._exit(loader.load(Path({str(steps)!r}) / "scripts/a.py").X)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread.join()
"""
    assert child(code) == "7"


# Any order


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_loads_gives_each_workspace_its_own(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("root")
    owners = ["ann", "ben"]
    size = data.draw(st.integers(2, 5))
    edges = {
        name: data.draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=6))
        for name in owners
    }
    for name in owners:
        files = {}
        for i in range(size):
            wants = sorted({b for a, b in edges[name] if a == i and b != i})
            late = "".join(f"    from . import m{b} as late{b}\n    found.append(late{b}.WHO)\n" for b in wants)
            early = "".join(f"from cursus_dev.steps.configs import m{b}\n" for b in wants)
            files[f"configs/m{i}.py"] = (
                f"{early}WHO = '{name}'\ndef go():\n    found = [WHO]\n{late}    return set(found)\n"
            )
        workspace(root, name, files)
    workspace(root, "shared", {"configs/extra.py": "WHO = 'shared'\n"})
    before = (list(sys.path), dict(sys.modules))
    orders = st.tuples(st.sampled_from(owners), st.integers(0, size - 1), st.booleans())
    for name, i, forget in data.draw(st.lists(orders, min_size=1, max_size=12)):
        each = loader(root, name, shared=True)
        if forget:
            each.forget()
        module = each.load(each.workspace.steps_dir / f"configs/m{i}.py")
        assert module.go() == {name}
        assert (list(sys.path), dict(sys.modules)) == before


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_after_any_edits_a_load_gives_what_a_fresh_process_would(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("root")
    size = 5
    versions, uses = [0] * size, [[] for _ in range(size)]

    def save(i: int) -> None:
        lines = "".join(f"from .m{j} import SEEN as s{j}\n" for j in uses[i])
        seen = "".join(f", *s{j}" for j in uses[i])
        workspace(root, "ann", {f"configs/m{i}.py": f"{lines}SEEN = (({i}, {versions[i]}){seen},)\n"})

    def expected(i: int) -> tuple[object, ...]:
        return ((i, versions[i]), *(x for j in uses[i] for x in expected(j)))

    for i in range(size):
        save(i)
    each = loader(root, "ann")
    for i, edit in data.draw(st.lists(st.tuples(st.integers(0, size - 1), st.booleans()), max_size=15)):
        if edit:
            versions[i] += 1
            uses[i] = sorted(data.draw(st.sets(st.integers(0, i - 1), max_size=2))) if i else []
            save(i)
        else:
            assert expected(i) == each.load(each.workspace.steps_dir / f"configs/m{i}.py").SEEN
