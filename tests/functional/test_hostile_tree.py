"""A tree that would kill, hang or flood whoever imports or naively reads it is listed and judged unharmed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: The longest a command may take; two files are each given up after two seconds, the rest is for a busy machine.
SECONDS = 40

#: What each module would do to an importer, after leaving a trace.
HAZARDS = {
    "kill": "import os\nos._exit(0)",
    "quit": "raise SystemExit(0)",
    "hang": "while True:\n    pass",
    "wait": "import time\ntime.sleep(10_000)",
    "flood": "DATA = bytearray(10 * 1024**3)",
    "print": "while True:\n    print('x' * 1000)",
    "forks": "import os\nfor _ in range(3):\n    os.fork()",
    "delete": "import shutil, pathlib\nshutil.rmtree(pathlib.Path(__file__).parent)",
    "write": "import pathlib\npathlib.Path(__file__).with_name('written.py').write_text('')",
    "signal": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "recurse": "def f():\n    f()\nimport sys\nsys.setrecursionlimit(10**9)\nf()",
    "patch": "import builtins, sys\nbuiltins.open = None\nsys.path.clear()\nsys.modules.clear()",
}
FILES = {
    "builders": "builder_{}_step.py",
    "configs": "config_{}_step.py",
    "contracts": "{}_contract.py",
    "scripts": "{}.py",
    "specs": "{}_spec.py",
}

CONTRACT = """
from cursus.core.base import ScriptContract

{upper}_CONTRACT = ScriptContract(
    entry_point="{name}.py",
    expected_input_paths={{}},
    expected_output_paths={{"out": "/opt/ml/processing/output/out"}},
    required_env_vars=[],
)
"""
SPEC = """
from cursus.core.base import DependencyType, NodeType, OutputSpec, StepSpecification

{upper}_SPEC = StepSpecification(
    step_type="{camel}",
    node_type=NodeType.SOURCE,
    outputs=[
        OutputSpec(
            logical_name="out",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri",
        )
    ],
)
"""
STATED = {"contracts": CONTRACT, "specs": SPEC}

NESTED = "[" * 30_000
ALIASES = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{of}'] * 8)}]\n" for of, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def hostile_modules(tree: Any, trace: Path) -> None:
    """One step for each hazard, all five of its files with it."""
    for name, code in HAZARDS.items():
        for folder, pattern in FILES.items():
            path = tree.steps_dir("hostile") / folder / pattern.format(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            stated = STATED.get(folder, "").format(name=name, upper=name.upper(), camel=name.capitalize())
            path.write_text(f"open({str(trace)!r}, 'a').write({str(path)!r})\n{code}\n{stated}", encoding="utf-8")
    for folder in (tree.steps_dir("hostile"), tree.steps_dir("hostile").parent, *tree.steps_dir("hostile").iterdir()):
        (folder / "__init__.py").write_text(f"open({str(trace)!r}, 'a').write('init')\nimport os\nos._exit(1)\n")


def broken_files(tree: Any) -> list[Path]:
    """Files that cannot be read or parsed, each of which is to have one finding."""
    steps = tree.steps_dir("broken")
    scripts, interfaces = steps / "scripts", steps / "interfaces"
    for folder in (scripts, interfaces):
        folder.mkdir(parents=True)
    contents = {
        scripts / "nul.py": b"x = 1\0\n",
        scripts / "latin.py": "x = 'é'\n".encode("latin-1"),
        scripts / "utf16.py": "x = 1\n".encode("utf-16"),
        scripts / "coded.py": b"# coding: utf-7\nx = 1\n",
        scripts / "syntax.py": b"def main(:\n",
        scripts / "nested.py": b"x = " + b"-" * 200_000 + b"1\n",
        scripts / "brackets.py": b"x = " + b"[" * 100_000 + b"\n",
        scripts / "fstring.py": b'x = f"' + b"{a}" * 350_000 + b'"\n',
        scripts / "large.py": b"#" * (3 * 1024 * 1024),
        scripts / "binary.py": bytes(range(256)) * 64,
        interfaces / "deep.step.yaml": NESTED.encode(),
        interfaces / "aliased.step.yaml": ALIASES.encode(),
        interfaces / "tagged.step.yaml": b"step: !!python/object/apply:os._exit [1]\n",
        interfaces / "garbage.step.yaml": bytes(range(128, 256)),
        interfaces / "large.step.yaml": b"#" * (2 * 1024 * 1024),
    }
    for path, data in contents.items():
        path.write_bytes(data)
    os.mkfifo(scripts / "pipe.py")
    os.mkfifo(interfaces / "pipe2.step.yaml")
    (scripts / "folder.py").mkdir()
    (scripts / "loop.py").symlink_to("loop.py")
    (scripts / "outside.py").symlink_to("/etc/passwd")
    (scripts / "device.py").symlink_to("/dev/zero")
    (scripts / "gone.py").symlink_to("nowhere.py")
    odd = ("pipe.py", "folder.py", "loop.py", "outside.py", "device.py", "gone.py")
    return [*contents, interfaces / "pipe2.step.yaml", *(scripts / name for name in odd)]


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """A file that is there once any module of the tree was run."""
    return tmp_path / "trace"


@pytest.fixture
def broken(tree: Any, trace: Path) -> list[Path]:
    """The whole tree; what is broken in it."""
    tree.step("alice", "Good")
    tree.pipeline(good="alice/Good")
    hostile_modules(tree, trace)
    found = broken_files(tree)
    developers = tree.root / "developers"
    (developers / "loop").symlink_to(developers)
    (developers / "away").symlink_to("/etc")
    (tree.steps_dir("alice") / "specs").symlink_to(tree.steps_dir("hostile") / "specs")
    return found


def entries(root: Path) -> Iterator[tuple[str, Any]]:
    """Everything below ``root`` but the cache, with what can be told of it."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n != ".cursus")
        for name in [*names, *sorted(files)]:
            path = Path(folder) / name
            found = path.lstat()
            content: str | None = None
            if stat.S_ISREG(found.st_mode):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            elif stat.S_ISLNK(found.st_mode):
                content = str(path.readlink())
            yield str(path), (found.st_mode, found.st_size, found.st_mtime_ns, content)


def test_a_hostile_tree_is_listed_and_judged_unharmed(cursus: Any, tree: Any, broken: list[Path], trace: Path) -> None:
    before = dict(entries(tree.root))
    commands = (
        ("workspace", "list"),
        ("workspace", "discover", "components"),
        ("validate", "--all"),
    )
    answers = []
    for command in commands:
        start = time.monotonic()
        answers.append(cursus(*command, "-C", tree.root, "--format", "json", timeout=SECONDS))
        assert time.monotonic() - start < SECONDS
        assert not trace.exists(), trace.read_text()
        assert dict(entries(tree.root)) == before
    listed, discovered, judged = answers

    assert listed.code == 0, listed.err
    assert [row["workspace"] for row in listed.json["workspaces"]] == ["alice", "broken", "hostile"]
    assert discovered.code == 0, discovered.err
    assert "alice:Good" in discovered.json["scripts"]
    assert {f"hostile:{name.capitalize()}" for name in HAZARDS} <= set(discovered.json["scripts"])

    assert judged.code == 1, judged.err
    errors = [f for f in judged.json["findings"] if f["workspace"] == "broken" and f["severity"] == "error"]
    counted = Counter(f["file"] for f in errors)
    assert {Path(p).name: n for p, n in counted.items()} == {p.name: 1 for p in broken}
