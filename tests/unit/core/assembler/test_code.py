from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler.code import code_bundle, planned_files
from cursus.core.base.archive import write_archive
from cursus.errors import FileError
from cursus.model.workspace import ComponentKind

MAIN = "\n\ndef main(input_paths, output_paths, environ_vars, job_args):\n    pass\n"


def bundle(tree: Any, script: str, step: str = "First") -> dict[str, Path]:
    tree.manifest("ann", step, script=script + MAIN)
    catalog = tree.catalog()
    made = code_bundle(catalog.find("ann", step), catalog.index)
    assert made is not None
    return dict(made.files)


def test_a_script_alone(tree: Any) -> None:
    assert list(bundle(tree, "import os, pandas, not_installed\nfrom os import path")) == ["first.py"]


def test_siblings_and_what_they_import(tree: Any) -> None:
    tree.write("ann", "scripts/helper.py", "def f():\n    import deeper\n")
    tree.write("ann", "scripts/deeper.py", "import helper\n")
    tree.write("ann", "scripts/unrelated.py", "")
    assert list(bundle(tree, "from helper import f")) == ["deeper.py", "first.py", "helper.py"]


def test_a_package_beside_the_script_with_relative_imports(tree: Any) -> None:
    tree.write("ann", "scripts/tools/__init__.py", "from .core import f\n")
    tree.write("ann", "scripts/tools/core.py", "from . import low\nfrom .sub.leaf import g\nfrom ..first import main\n")
    tree.write("ann", "scripts/tools/low.py", "")
    tree.write("ann", "scripts/tools/sub/__init__.py", "")
    tree.write("ann", "scripts/tools/sub/leaf.py", "from ..low import nothing\n")
    assert list(bundle(tree, "from tools import f")) == [
        "first.py",
        "tools/__init__.py",
        "tools/core.py",
        "tools/low.py",
        "tools/sub/__init__.py",
        "tools/sub/leaf.py",
    ]


def test_the_package_of_the_workspace(tree: Any) -> None:
    tree.write("ann", "constants.py", "A = 1\n")
    tree.write("ann", "__init__.py", "")
    tree.write("ann", "../__init__.py", "")
    tree.write("ann", "scripts/helper.py", "from .other import x\nfrom ..constants import A\n")
    tree.write("ann", "scripts/other.py", "x = 1\n")
    files = bundle(tree, "from cursus_dev.steps.scripts.helper import x\nimport cursus_dev.steps.constants as c")
    assert sorted(files) == [
        "cursus_dev/__init__.py",
        "cursus_dev/steps/__init__.py",
        "cursus_dev/steps/constants.py",
        "cursus_dev/steps/scripts/helper.py",
        "cursus_dev/steps/scripts/other.py",
        "first.py",
    ]


def test_what_the_workspace_lacks_comes_from_shared(tree: Any) -> None:
    tree.write("shared", "common.py", "from cursus_dev.steps.own import A\n")
    tree.write("shared", "own.py", "A = 'shared'\n")
    tree.write("ann", "own.py", "A = 'ann'\n")
    files = bundle(tree, "from cursus_dev.steps.common import A")
    assert {name: path.parent.parent.parent.parent.name for name, path in files.items()} == {
        "cursus_dev/steps/common.py": "shared",
        "cursus_dev/steps/own.py": "ann",
        "first.py": "src",
    }


def test_another_workspace_is_never_looked_at(tree: Any) -> None:
    tree.write("bob", "secret.py", "")
    tree.write("bob", "scripts/secret.py", "")
    assert list(bundle(tree, "from cursus_dev.steps.secret import x\nimport secret")) == ["first.py"]


def test_a_broken_helper_is_an_error_with_its_place(tree: Any) -> None:
    path = tree.write("ann", "scripts/helper.py", "x = (\n")
    with pytest.raises(FileError) as caught:
        bundle(tree, "import helper")
    assert caught.value.file == path


def test_the_archive_runs_as_it_stands(tree: Any, tmp_path: Path) -> None:
    tree.write("ann", "constants.py", "NAME = 'constants'\n")
    tree.write("ann", "scripts/helper.py", "HELPER = 'helper'\n")
    tree.write("ann", "scripts/tools/__init__.py", "from .core import TOOL\n")
    tree.write("ann", "scripts/tools/core.py", "TOOL = 'tool'\n")
    script = (
        "from helper import HELPER\nfrom tools import TOOL\nfrom cursus_dev.steps.constants import NAME\n"
        "print(HELPER, TOOL, NAME)"
    )
    tree.manifest("ann", "First", script=script + MAIN)
    catalog = tree.catalog()
    made = code_bundle(catalog.find("ann", "First"), catalog.index)
    assert made is not None
    write_archive(made, tmp_path / "code.tar.gz")
    with tarfile.open(tmp_path / "code.tar.gz") as archive:
        archive.extractall(tmp_path / "code", filter="data")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "first.py"],
        cwd=tmp_path / "code",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "helper tool constants\n"


def test_files_have_the_digest_of_their_content(tree: Any) -> None:
    tree.python("ann", "First")
    catalog = tree.catalog()
    files = planned_files(catalog.find("ann", "First"), catalog.index)
    assert [f.kind for f in files] == [ComponentKind.SCRIPT, ComponentKind.CONTRACT, ComponentKind.SPEC]
    assert all(f.name.startswith("src/cursus_dev/steps/") and len(f.sha256) == 64 for f in files)


def test_a_step_without_a_script_has_no_code(tree: Any) -> None:
    tree.manifest("ann", "First", more="script: null\n")
    catalog = tree.catalog()
    assert code_bundle(catalog.find("ann", "First"), catalog.index) is None
