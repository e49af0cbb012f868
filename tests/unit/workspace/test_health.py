from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from cursus.errors import UnknownWorkspace, UsageError
from cursus.model.finding import Severity
from cursus.workspace.cache import SCHEMA
from cursus.workspace.health import cache_fault, check
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.repair import Repair, repair
from cursus.workspace.scaffold import create_shared, create_workspace

STEPS = "src/cursus_dev/steps"


@pytest.fixture
def root(tmp_path):
    create_workspace(tmp_path, "ada", template="training")
    create_workspace(tmp_path, "bob")
    create_shared(tmp_path)
    return tmp_path


def codes(root, workspace=None, *, strict=False):
    return [(f.workspace, f.code) for f in check(WorkspaceIndex(root, cache=False), workspace, strict=strict)]


def test_new_workspaces_are_well(root):
    assert codes(root, strict=True) == []
    assert repair(WorkspaceIndex(root, cache=False)) == ()


def test_single_form(tmp_path):
    (tmp_path / STEPS / "scripts").mkdir(parents=True)
    assert codes(tmp_path) == [("default", "missing-file")] * 4
    done = repair(WorkspaceIndex(tmp_path, cache=False), "default")
    assert {r.action for r in done} == {"added"}
    assert codes(tmp_path, strict=True) == []


def test_one_workspace_is_not_blamed_for_another(root):
    (root / "developers/ada/workspace.toml").write_text("owner = ")
    (root / ".cursus/new-x").mkdir()
    assert codes(root, "bob") == []
    assert codes(root, "ada") == [("ada", "malformed-toml")]
    assert codes(root) == [(None, "leftover"), ("ada", "malformed-toml")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("owner = 1", 1), ("x = 1\n 'created' = 7\n", 2), ('created = 2025-01-15\n"description" = []\n', 2)],
)
def test_settings_of_a_wrong_type(root, text, line):
    (root / "developers/ada/workspace.toml").write_text(text)
    (finding,) = check(WorkspaceIndex(root, cache=False), "ada")
    assert (finding.code, finding.line, finding.severity) == ("invalid-settings", line, Severity.ERROR)


def test_files_that_are_no_files(root):
    for name in ("workspace.toml", "data/data_manifest.yaml", "src/cursus_dev/registry/workspace_registry.py"):
        path = root / "developers/ada" / name
        path.unlink()
        os.mkfifo(path)
    found = check(WorkspaceIndex(root, cache=False), "ada")
    assert [f.code for f in found] == ["unreadable-file"] * 3


def test_workspaces_that_cannot_be_meant(root):
    index = WorkspaceIndex(root, cache=False)
    for call in (check, repair):
        with pytest.raises(UnknownWorkspace):
            call(index, "zoe")
        with pytest.raises(UsageError, match="bundled"):
            call(index, "core")


def test_shared_that_is_no_workspace(tmp_path):
    (tmp_path / "shared").mkdir()
    (finding, none) = check(WorkspaceIndex(tmp_path, cache=False))
    assert {finding.code, none.code} == {"not-a-workspace", "no-workspace"}
    assert not any("remove" in (f.hint or "") for f in (finding, none))
    repair(WorkspaceIndex(tmp_path, cache=False), "shared")
    assert codes(tmp_path) == []


def test_interrupted_removal_comes_back(root):
    folder = root / ".cursus/removing-x"
    folder.mkdir()
    (root / "developers/ada").rename(folder / "ada")
    assert codes(root) == [(None, "interrupted-removal")]
    index = WorkspaceIndex(root, cache=False)
    assert repair(index, dry_run=True) == (Repair("restored", root / "developers/ada"),)
    assert folder.exists()
    assert repair(index) == (Repair("restored", root / "developers/ada"),)
    assert not folder.exists()
    assert codes(root, strict=True) == []


def test_interrupted_removal_does_not_replace_a_new_workspace(root):
    (root / ".cursus/removing-x/ada").mkdir(parents=True)
    assert repair(WorkspaceIndex(root, cache=False)) == ()
    (finding,) = check(WorkspaceIndex(root, cache=False))
    assert "in its place" in (finding.hint or "")
    assert (root / ".cursus/removing-x/ada").is_dir()


# The cache


def test_no_fault(tmp_path):
    path = tmp_path / "index.sqlite"
    assert cache_fault(path) is None
    for version in (SCHEMA, SCHEMA + 1):
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        assert cache_fault(path) is None


@pytest.mark.parametrize("kind", ["bytes", "folder", "link", "pipe", "linked folder"])
def test_fault(tmp_path, kind):
    path = tmp_path / "index.sqlite"
    if kind == "bytes":
        path.write_bytes(b"x" * 5000)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/nowhere")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        (tmp_path / "link").symlink_to(tmp_path)
        path = tmp_path / "link/index.sqlite"
    assert cache_fault(path)


def test_a_locked_cache_is_well(tmp_path):
    path = tmp_path / "index.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("CREATE TABLE t (x)")
    writer.execute("BEGIN EXCLUSIVE")
    assert cache_fault(path) is None
    writer.close()


def test_no_workspace_code_and_nothing_heavy_is_imported(root):
    (root / "developers/ada" / STEPS / "__init__.py").write_text("raise SystemExit(9)")
    code = f"""
import sys
from pathlib import Path
from cursus.workspace.health import check
from cursus.workspace.index import WorkspaceIndex
assert check(WorkspaceIndex(Path({str(root)!r}), cache=False), strict=True) == ()
assert not {{"pydantic", "click", "pandas", "botocore"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
