from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, ScriptContract, StepSpecification
from cursus.errors import FileError, UnknownWorkspace
from cursus.model.step import Contract, Opaque, Spec
from cursus.model.workspace import Component, ComponentKind
from cursus.workspace.index import WorkspaceIndex

STEPS = "developers/alice/src/cursus_dev/steps"
CONTRACT = "from cursus.core.base import ScriptContract\n"
SPEC = "from cursus.core.base import *\nfrom cursus.core.base import DependencySpec, OutputSpec, StepSpecification\n"
ARGUMENTS = "expected_output_paths={}, required_env_vars=[]"
OF_NO_TYPE = (
    "ONE_CONTRACT = ScriptContract(entry_point='one.py', expected_input_paths={'a': '/opt/ml/model'}, "
    "expected_output_paths={}, required_env_vars=[], schemas={'a': {'year': 'int64'}})"
)


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def the(index: WorkspaceIndex, kind: ComponentKind, workspace: str = "alice", job: str | None = None) -> Component:
    found = [c for c in index.tree.components[workspace] if c.kind is kind and c.job == job]
    assert len(found) == 1
    return found[0]


def contract(tmp_path: Path, text: str, step: str = "one", **others: str) -> Contract | Opaque:
    write(tmp_path / STEPS / f"contracts/{step}_contract.py", CONTRACT + textwrap.dedent(text))
    for name, content in others.items():
        write(tmp_path / STEPS / f"{name.replace('__', '/')}.py", content)
    index = WorkspaceIndex(tmp_path, cache=False)
    return index.contract(next(c for c in index.tree.components["alice"] if c.step == step))


def entry(tmp_path: Path, expression: str, before: str = "", **others: str) -> object:
    """What ``description={expression}`` evaluates to, or the reason why it does not."""
    text = f"{before}\nX = ScriptContract(entry_point='a.py', expected_input_paths={{}}, {ARGUMENTS}, "
    found = contract(tmp_path, text + f"description={expression})", **others)
    return found.description if isinstance(found, Contract) else found.reason


FULL = """
from cursus.core.base import DependencyType, NodeType, OutputSpec, DependencySpec, ScriptContract, StepSpecification
ROOT = "/opt/ml/processing"
NAMES = ["A", "B"]
ONE_CONTRACT = ScriptContract(
    entry_point="one.py",
    expected_input_paths={"data": f"{ROOT}/input/data", **{"more": ROOT + "/input/" + "more"}},
    expected_output_paths=dict(out="%s/output/out" % ROOT),
    required_env_vars=[*NAMES, "C"],
    optional_env_vars={"N": 3, "F": 1.5, "T": True},
    expected_arguments={"--job-type": "training", "verbose": None, "count": 2},
    framework_requirements={"pandas": ">=2"},
    description="A" "B",
    schemas={"data": {"year": "int"}},
)
ONE_SPEC = StepSpecification(
    step_type="One",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(logical_name="data", dependency_type=DependencyType.PROCESSING_OUTPUT, required=False,
                       compatible_sources=["Raw"], semantic_keywords=["x"], description="d"),
        DependencySpec(logical_name="more", dependency_type="training_data"),
    ],
    outputs=[OutputSpec(logical_name="out", aliases=["o"], output_type=DependencyType("model_artifacts"),
                        property_path="properties.A.B", data_type="String")],
)
"""


def test_static_values_equal_those_of_the_imported_objects(tmp_path: Path) -> None:
    write(tmp_path / STEPS / "contracts/one_contract.py", FULL)
    write(tmp_path / STEPS / "specs/one_spec.py", FULL)
    index = WorkspaceIndex(tmp_path)
    loaded: dict[str, object] = {}
    exec(FULL, loaded)

    stated = index.contract(the(index, ComponentKind.CONTRACT))
    spec = index.spec(the(index, ComponentKind.SPEC))

    real_contract, real_spec = loaded["ONE_CONTRACT"], loaded["ONE_SPEC"]
    assert isinstance(real_contract, ScriptContract)
    assert isinstance(real_spec, StepSpecification)
    assert isinstance(stated, Contract)
    assert isinstance(spec, Spec)
    fields = [f for f in Contract.__slots__ if f not in ("source", "line")]
    assert {f: getattr(stated, f) for f in fields} == {f: getattr(real_contract.as_model(), f) for f in fields}
    assert stated.line == 5
    assert [d.line for d in spec.dependencies] == [20, 22]
    assert _plain(spec) == _plain(real_spec.as_model())


def _plain(spec: Spec) -> object:
    ports = [
        tuple(getattr(p, f) for f in type(p).__slots__ if f != "line") for p in (*spec.dependencies, *spec.outputs)
    ]
    return spec.step_type, spec.node_type, ports


def test_the_published_constructors_have_the_fields_that_are_read() -> None:
    from cursus.workspace.reading.published import _FIELDS

    for model in (ScriptContract, StepSpecification, DependencySpec, OutputSpec):
        expected = {name: field.is_required() for name, field in model.model_fields.items()}
        assert dict(_FIELDS[model.__name__]) == expected
    assert {t.value for t in DependencyType} & {t.value for t in NodeType} == set()


@pytest.mark.parametrize(
    ("expression", "before", "value"),
    [
        ("'a' + B", "B = 'b'", "ab"),
        ("f'{B}-{1}'", "B = 'b'", "b-1"),
        ("T['k'][1]", "T = {'k': ('x', 'y')}", "y"),
        ("'a' if FLAG else 'b'", "FLAG = not True", "b"),
        ("K.NAME", "class K:\n    OTHER = 'v'\n    NAME = OTHER", "v"),
        ("E.A.value", "from enum import Enum\nclass E(Enum):\n    A = 'v'", "v"),
        ("E.A", "from enum import StrEnum\nclass E(StrEnum):\n    A = 'v'", "v"),
        ("f()", "def f(x='1'):\n    y = x + '2'\n    return y", "12"),
        ("f('9')", "def f(x):\n    return f'{x}!'", "9!"),
        ("', '.join(['a', 'b'])", "", "a, b"),
        ("os.path.join('/a', 'b')", "import os", "/a/b"),
        ("join('/a', 'b')", "from os.path import join", "/a/b"),
        ("A", "A, B = 'x', 'y'", "x"),
        ("None or 'x'", "", "x"),
        ("DependencyType.TRAINING_DATA.value", "from cursus.core.base.enums import DependencyType", "training_data"),
        ("b.DependencyType.TRAINING_DATA", "import cursus.core.base as b", "training_data"),
        ("Y.description", (f"Y = ScriptContract(entry_point='b.py', description='y', expected_input_paths={{}}, "
         f"{ARGUMENTS})\nONE_CONTRACT = ScriptContract(entry_point='c.py', description=Y.description, "
         f"expected_input_paths={{}}, {ARGUMENTS})"), "y"),
    ],
)  # fmt: skip
def test_expressions_that_are_evaluated(tmp_path: Path, expression: str, before: str, value: str) -> None:
    assert entry(tmp_path, expression, before) == value


@pytest.mark.parametrize(
    ("expression", "before", "reason"),
    [
        ("[x for x in 'a'][0]", "", "comprehension"),
        ("open('/etc/passwd').read()", "", "'open' is not bound"),
        ("unknown", "", "not bound"),
        ("A", "A = 'x'\nA = 'y'", "more than once"),
        ("A", "import sys\nif sys.argv:\n    A = 'x'", "inside a condition"),
        ("A['x']", "A = {}\nA['x'] = 'y'", "changed after"),
        ("A[0]", "A = []\nA.append('y')", "changed after"),
        ("A", "for A in 'xy':\n    pass", "not followed"),
        ("A", "A = B\nB = A", "refers to itself"),
        ("f()", "def f():\n    return f()", "too many steps"),
        ("f()", "def f():\n    while True:\n        pass", "does more than return"),
        ("A", "from pandas import A", "outside the workspace"),
        ("A", "from .nothing import A", "no module"),
        ("A", "from ......x import A", "out of the package"),
        ("f'{1:>9}'", "", "format"),
        ("'a' * 3", "", "not evaluated"),
        ("A + A", "A = '" + "x" * 5000 + "'", "too large"),
        ("2 ** 3", "", "operator"),
        ("lambda: 1", "", "lambda"),
    ],
)
def test_expressions_that_are_not_say_why(tmp_path: Path, expression: str, before: str, reason: str) -> None:
    found = entry(tmp_path, expression, before)

    assert isinstance(found, str)
    assert reason in found


def test_doubling_does_not_explode(tmp_path: Path) -> None:
    lines = "\n".join(f"A{i + 1} = [*A{i}, *A{i}]" for i in range(12))

    assert "too large" in str(entry(tmp_path, "A12[0]", "A0 = ['x', 'y']\n" + lines))


def test_values_from_other_modules_of_the_workspace(tmp_path: Path) -> None:
    for before, expression in (
        ("from .common import NAME", "NAME"),
        ("from . import common", "common.NAME"),
        ("from ..contracts.common import NAME as N", "N"),
        ("from cursus_dev.steps.contracts.common import *", "NAME"),
        ("import cursus_dev.steps.contracts.common as c", "c.NAME"),
        ("import cursus_dev.steps.contracts.common", "cursus_dev.steps.contracts.common.NAME"),
        ("from cursus_dev.steps import contracts", "contracts.common.NAME"),
    ):
        others = {"__init__": "", "contracts__common": "from ..base import NAME", "base": "NAME = 'shared'"}
        assert entry(tmp_path, expression, before, **others) == "shared", before


def test_shared_modules_are_the_fallback(tmp_path: Path) -> None:
    write(tmp_path / "shared/src/cursus_dev/steps/contracts/common.py", "NAME = 'from shared'")

    assert entry(tmp_path, "NAME", "from cursus_dev.steps.contracts.common import NAME") == "from shared"


def test_a_neighbour_named_like_another_workspaces_is_not_mixed_up(tmp_path: Path) -> None:
    for workspace in ("alice", "bob"):
        steps = tmp_path / "developers" / workspace / "src/cursus_dev/steps/contracts"
        write(steps / "names.py", f"NAME = '{workspace}'")
        write(
            steps / "one_contract.py",
            CONTRACT + "from .names import NAME\nONE_CONTRACT = ScriptContract(entry_point=NAME + '.py', "
            f"expected_input_paths={{}}, {ARGUMENTS})",
        )
    index = WorkspaceIndex(tmp_path)

    for workspace in ("alice", "bob"):
        found = index.contract(the(index, ComponentKind.CONTRACT, workspace))
        assert isinstance(found, Contract)
        assert found.entry_point == f"{workspace}.py"


@pytest.mark.parametrize(
    "text",
    [
        "def get_one_contract():\n    return ScriptContract({})",
        "def get_one_contract():\n    '''Doc.'''\n    X = ScriptContract({})\n    return X",
        "_X = ScriptContract({})\ndef get_contract():\n    return _X",
        "OTHER_CONTRACT = ScriptContract(entry_point='x.py', {rest})\nONE_CONTRACT = ScriptContract({})",
        "ANY = ScriptContract({})\nCONTRACT = ANY",
        "import cursus.core.base as b\nONE_CONTRACT = b.ScriptContract({})",
        "COMMON = dict({rest})\nONE_CONTRACT = ScriptContract(entry_point='one.py', **COMMON)",
        "class Unused: pass\nX = ScriptContract({})",
    ],
)
def test_ways_to_state_a_contract(tmp_path: Path, text: str) -> None:
    rest = f"expected_input_paths={{}}, {ARGUMENTS}"
    found = contract(tmp_path, text.replace("{rest}", rest).replace("({})", f"(entry_point='one.py', {rest})"))

    assert isinstance(found, Contract)
    assert found.entry_point == "one.py"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ONE_CONTRACT = make()", "'make' is not bound"),
        ("class OneContract(ScriptContract):\n    pass", "class of its own"),
        ("from elsewhere import ONE_CONTRACT", "outside the workspace"),
    ],
)
def test_a_contract_that_has_to_be_loaded_is_opaque(tmp_path: Path, text: str, reason: str) -> None:
    found = contract(tmp_path, text)

    assert isinstance(found, Opaque)
    assert found.file.name == "one_contract.py"
    assert found.line >= 2
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "states no contract", 1),
        ("ONE_CONTRACT = 3", "is no ScriptContract", 1),
        ("A = ScriptContract({})\nB = ScriptContract({})", "several contracts (A, B)", 1),
        ("ONE_CONTRACT = ScriptContract(entry_point='x.py')", "lacks expected_input_paths", 2),
        ("ONE_CONTRACT = ScriptContract({}, inputs={})", "has no argument inputs", 2),
        ("ONE_CONTRACT = ScriptContract('one.py')", "keyword arguments only", 2),
        ("ONE_CONTRACT = ScriptContract({}, description=3)", "description must be text", 2),
        ("ONE_CONTRACT = ScriptContract({}, optional_env_vars=['A'])", "must be a dict", 2),
        ("ONE_CONTRACT = ScriptContract({}, expected_arguments={'a-b': '', 'a_b': ''})", "stated twice", 2),
        ("ONE_CONTRACT = ScriptContract({}, schemas={'b': {'year': 'int'}})", "unknown inputs or outputs: b", 2),
        (OF_NO_TYPE, "column 'year' of 'a' is of type 'int64', which is none of int", 2),
    ],
)
def test_a_contract_that_cannot_be_is_an_error_with_its_line(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    rest = f"entry_point='one.py', expected_input_paths={{}}, {ARGUMENTS}"
    with pytest.raises(FileError) as caught:
        contract(tmp_path, text.replace("({}", f"({rest}"))

    error = caught.value
    assert error.code == "invalid-contract"
    assert message in error.message
    assert (error.workspace, error.step, error.line) == ("alice", "one", line)


@pytest.mark.parametrize(
    ("ports", "message"),
    [
        ("node_type=NodeType.ANY", "no member ANY"),
        ("node_type='any'", "must be one of source"),
        ("node_type=NodeType.SOURCE", "must have outputs"),
        (("node_type=NodeType.SINK, dependencies=[DependencySpec(logical_name='a', dependency_type='payload_samples'), "
         "DependencySpec(logical_name='a', dependency_type='payload_samples')]"), "stated twice: a"),
        (("node_type=NodeType.SOURCE, outputs=[OutputSpec(logical_name='a', output_type='payload_samples', "
         "property_path='Model')]"), "must start with 'properties.'"),
        ("node_type=NodeType.SOURCE, outputs=['a']", "list of OutputSpec"),
    ],
)  # fmt: skip
def test_a_spec_that_cannot_be_is_an_error(tmp_path: Path, ports: str, message: str) -> None:
    write(tmp_path / STEPS / "specs/one_spec.py", SPEC + f"ONE_SPEC = StepSpecification(step_type='One', {ports})")
    index = WorkspaceIndex(tmp_path)

    with pytest.raises(FileError, match=message) as caught:
        index.spec(the(index, ComponentKind.SPEC))
    assert caught.value.code == "invalid-spec"


def test_the_contract_a_spec_names_is_not_needed_to_read_it(tmp_path: Path) -> None:
    write(
        tmp_path / STEPS / "specs/one_training_spec.py",
        SPEC
        + """
def _contract():
    from ..contracts.one_contract import MISSING
    return MISSING
TYPE = NodeType.SINGULAR
ONE_TRAINING_SPEC = StepSpecification(step_type="One_Training", node_type=TYPE, script_contract=_contract())
""",
    )
    index = WorkspaceIndex(tmp_path)

    spec = index.spec(the(index, ComponentKind.SPEC, job="training"))
    assert isinstance(spec, Spec)
    assert spec.step_type == "One_Training"


def test_a_broken_file_is_an_error_with_its_place_and_stops_no_other(tmp_path: Path) -> None:
    steps = tmp_path / STEPS
    broken = write(steps / "scripts/broken.py", "x = 1\ndef f(:\n")
    good = write(steps / "scripts/good.py", "import os\n")
    os.mkfifo(steps / "scripts/pipe.py")
    large = write(steps / "scripts/large.py", "#" * (2 * 1024 * 1024 + 1))
    index = WorkspaceIndex(tmp_path)

    for _ in range(2):
        with pytest.raises(FileError) as caught:
            index.module(broken)
        error = caught.value
        assert (error.code, error.workspace, error.file, error.line, error.column) == (
            "syntax-error", "alice", broken, 2, 7,
        )  # fmt: skip
        assert error.hint
    assert index.module(good).imports[0].module == "os"
    for path, code in (
        (steps / "scripts/pipe.py", "unreadable-file"),
        (steps / "scripts", "unreadable-file"),
        (steps / "scripts/none.py", "missing-file"),
        (large, "file-too-large"),
        (Path("/etc/passwd"), "escapes-workspace"),
        (steps / "scripts/a\0b.py", "unreadable-file"),
    ):
        with pytest.raises(FileError) as caught:
            index.module(path)
        assert caught.value.code == code, path


def test_links_out_of_the_workspace_are_not_read(tmp_path: Path) -> None:
    other = write(tmp_path / "developers/bob/src/cursus_dev/steps/scripts/secret.py", "SECRET = 1")
    link = tmp_path / STEPS / "scripts/link.py"
    link.parent.mkdir(parents=True)
    link.symlink_to(other)
    (tmp_path / STEPS / "lib").symlink_to(other.parent)
    index = WorkspaceIndex(tmp_path)

    for path in (link, tmp_path / STEPS / "lib/secret.py"):
        with pytest.raises(FileError) as caught:
            index.module(path)
        assert caught.value.code == "escapes-workspace"


def test_a_file_that_vanishes_after_the_scan(tmp_path: Path) -> None:
    path = write(tmp_path / STEPS / "contracts/one_contract.py", CONTRACT)
    index = WorkspaceIndex(tmp_path)
    component = the(index, ComponentKind.CONTRACT)
    path.unlink()

    with pytest.raises(FileError) as caught:
        index.contract(component)
    assert caught.value.code == "missing-file"


def test_workspaces_settings_and_refresh(tmp_path: Path) -> None:
    write(tmp_path / STEPS / "scripts/one.py")
    toml = write(tmp_path / "developers/alice/workspace.toml", 'owner = "a@b"\ndescription = "d"\n')
    index = WorkspaceIndex(tmp_path)

    assert index.owner("alice") == "a@b"
    assert index.description("alice") == "d"
    assert index.owner("core") is None
    with pytest.raises(UnknownWorkspace, match="Did you mean 'alice'"):
        index.workspace("alce")

    toml.write_text("owner = \nx")
    write(tmp_path / STEPS / "scripts/two.py")
    assert index.owner("alice") == "a@b"
    assert len(index.tree.components["alice"]) == 1
    index.refresh()
    assert index.owner("alice") is None
    assert len(index.tree.components["alice"]) == 2
    with pytest.raises(FileError) as caught:
        index.settings("alice")
    assert (caught.value.code, caught.value.line) == ("malformed-toml", 1)


OVERLAY = """
PREFIX = "One"
WORKSPACE_STEPS = {
    PREFIX: {"sagemaker_step_type": "Processing", "description": f"{PREFIX} step"},
}
STEP_OVERRIDES = {"Package": {"config_class": "C", "builder_step_name": "B", "spec_type": "S",
                              "sagemaker_step_type": "Training"}}
WORKSPACE_METADATA = {"developer_id": "alice", "tags": ["x"]}
"""


def test_the_overlay(tmp_path: Path) -> None:
    write(tmp_path / STEPS / "scripts/one.py")
    path = tmp_path / "developers/alice/src/cursus_dev/registry/workspace_registry.py"
    index = WorkspaceIndex(tmp_path)
    assert index.overlay("alice") is None
    assert index.overlay("core") is None

    write(path, OVERLAY)
    index.refresh()
    overlay = index.overlay("alice")

    assert overlay is not None
    assert overlay.steps["One"].builder_step_name == "OneStepBuilder"
    assert overlay.steps["One"].description == "One step"
    assert overlay.overrides["Package"].config_class == "C"
    assert overlay.metadata == {"developer_id": "alice", "tags": ["x"]}


@pytest.mark.parametrize(
    ("text", "message", "code"),
    [
        ("WORKSPACE_STEPS = {'One': {}}", "lacks sagemaker_step_type", "invalid-overlay"),
        ("WORKSPACE_STEPS = {'one': {}}", "CamelCase", "invalid-overlay"),
        ("\nLOCAL_STEPS = {'One': {'config_clas': 'x'}}", "Did you mean 'config_class'", "invalid-overlay"),
        ("WORKSPACE_STEPS = load()", "'load' is not bound", "invalid-overlay"),
        ("WORKSPACE_STEPS = []", "must be a dict", "invalid-overlay"),
        ("STEP_OVERRIDES = {[]: 1}", "unhashable", "invalid-overlay"),
        ("STEP_OVERRIDES = {", "not valid Python", "syntax-error"),
    ],
)
def test_a_broken_overlay(tmp_path: Path, text: str, message: str, code: str) -> None:
    write(tmp_path / STEPS / "scripts/one.py")
    write(tmp_path / "developers/alice/src/cursus_dev/registry/workspace_registry.py", text)
    write(tmp_path / "developers/bob/src/cursus_dev/registry/workspace_registry.py", OVERLAY)
    write(tmp_path / "developers/bob/src/cursus_dev/steps/scripts/one.py")
    index = WorkspaceIndex(tmp_path)

    with pytest.raises(FileError) as caught:
        index.overlay("alice")
    assert message in caught.value.message
    assert caught.value.code == code
    assert caught.value.workspace == "alice"
    assert caught.value.line is not None
    assert index.overlay("bob") is not None


def test_a_tree_that_would_kill_its_importer_is_indexed_unharmed(tmp_path: Path) -> None:
    killers = (
        "import os; os._exit(3)",
        "while True: pass",
        "x = bytearray(10 ** 10)",
        "raise SystemExit",
        "print('x' * 10**9)",
    )
    for number, killer in enumerate(killers):
        rest = f"expected_input_paths={{}}, {ARGUMENTS}"
        text = f"{CONTRACT}{killer}\nS{number}_CONTRACT = ScriptContract(entry_point='s.py', {rest})\n"
        write(tmp_path / STEPS / f"contracts/s{number}_contract.py", text)
    index = WorkspaceIndex(tmp_path)

    found = [index.contract(c) for c in index.tree.components["alice"]]
    assert [type(f) for f in found] == [Contract] * len(killers)


def test_importing_the_index_loads_nothing_heavy() -> None:
    heavy = ("pydantic", "click", "yaml", "sqlite3", "ast", "subprocess", "asyncio", "rich", "botocore", "tomllib")
    code = f"import sys, cursus.workspace.index; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)

    allowed = {"ast"}  # dataclasses brings it on every supported Python
    assert set(eval(done.stdout)) <= allowed


@pytest.mark.parametrize("cache", [False, True])
@pytest.mark.parametrize("everything_first", [False, True])
def test_a_contract_may_take_constants_from_a_script(tmp_path: Path, cache: bool, everything_first: bool) -> None:
    write(tmp_path / STEPS / "scripts/one.py", "import os\nOUT = {'out': '/opt/ml/processing/output/out'}\n")
    write(
        tmp_path / STEPS / "contracts/one_contract.py",
        f"{CONTRACT}from ..scripts.one import OUT\nONE_CONTRACT = ScriptContract(entry_point='one.py', "
        "expected_input_paths={}, expected_output_paths=OUT, required_env_vars=[])\n",
    )
    for _ in range(2):
        index = WorkspaceIndex(tmp_path, cache=cache)
        if everything_first:
            index.index_all()
        facts = index.module(the(index, ComponentKind.SCRIPT).path)
        found = index.contract(the(index, ComponentKind.CONTRACT))
        index.save()
        assert isinstance(found, Contract)
        assert found.outputs == {"out": "/opt/ml/processing/output/out"}
        assert [i.module for i in facts.imports] == ["os"]
