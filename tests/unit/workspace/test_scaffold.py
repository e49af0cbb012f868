from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import yaml

from cursus.errors import FileError, InvalidWorkspaceId, UsageError, WorkspaceExists
from cursus.model.workspace import ComponentKind
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import (
    core_workspace,
    data_manifest_path,
    developer_workspace,
    kind_dir,
    shared_workspace,
    workspace_toml,
)
from cursus.workspace.manifest import manifest_from
from cursus.workspace.scaffold import complete, create_shared, create_workspace, missing
from cursus.workspace.scan import scan
from cursus.workspace.templates import TEMPLATES
from cursus.workspace.yaml_reader import read_yaml


def tree(folder: Path) -> dict[str, str | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_new_workspace_is_found_without_a_finding(tmp_path):
    root = tmp_path / "not" / "yet"
    path = create_workspace(root, "alice", owner='Alice "A"\\\n\x7f', description="Über features")
    assert path == root / "developers/alice"
    found = scan(root)
    assert [w.id for w in found.workspaces] == ["alice", "core"]
    assert found.findings == ()
    workspace = developer_workspace(root, "alice")
    assert all((kind_dir(workspace, kind) / "__init__.py").is_file() for kind in ComponentKind)
    about = tomllib.loads(workspace_toml(workspace).read_text("utf-8"))
    assert (about["owner"], about["description"]) == ('Alice "A"\\\n\x7f', "Über features")
    assert yaml.safe_load(data_manifest_path(workspace).read_text())["scripts"] == {}
    overlay = WorkspaceIndex(root, cache=False).overlay("alice")
    assert overlay is not None
    assert (overlay.steps, overlay.overrides, overlay.metadata) == ({}, {}, {"developer_id": "alice"})
    assert missing(workspace) == ()


def test_nothing_is_left_beside_it(tmp_path):
    create_workspace(tmp_path, "alice")
    assert sorted(p.name for p in (tmp_path / "developers").iterdir()) == ["alice"]
    assert [p.name for p in (tmp_path / ".cursus").iterdir()] == [".gitignore"]


def test_folder_can_be_read_by_others(tmp_path):
    path = create_workspace(tmp_path, "alice")
    plain = tmp_path / "plain"
    plain.mkdir()
    assert path.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_state_sound_steps(tmp_path, template):
    create_workspace(tmp_path, "alice", template=template)
    found = scan(tmp_path)
    assert found.findings == ()
    kinds = [c.kind for c in found.components["alice"]]
    assert kinds == ([] if template == "minimal" else [ComponentKind.INTERFACE, ComponentKind.SCRIPT])
    for component in found.components["alice"]:
        if component.kind is ComponentKind.INTERFACE:
            manifest = manifest_from(read_yaml(component.path))
            assert manifest.contract is not None
            assert manifest.contract.entry_point == f"{component.step}.py"


@pytest.mark.parametrize("template", ["training", "data"])
def test_scripts_of_templates_run_on_their_sample(tmp_path, template):
    path = create_workspace(tmp_path, "alice", template=template)
    manifest = yaml.safe_load((path / "data/data_manifest.yaml").read_text())
    ((step, inputs),) = manifest["scripts"].items()
    ((port, entry),) = inputs.items()
    interface = next(path.rglob("*.step.yaml"))
    stated = yaml.safe_load(interface.read_text())
    (output,) = stated["outputs"]
    environment = {name: stated["config"][name.lower()] for name in stated["environment"]["required"]}
    environment = {k: "id,amount" if k == "REQUIRED_FIELDS" else v for k, v in environment.items()}
    source, target = {port: str(path / "data" / entry["path"])}, {output: str(tmp_path / "out")}
    call = f"""
import runpy
main = runpy.run_path({str(interface.parents[1] / "scripts" / f"{step}.py")!r})["main"]
main({source!r}, {target!r}, {environment!r}, None)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", call], check=True)
    (result,) = (tmp_path / "out").iterdir()
    if template == "data":
        assert [row["id"] for row in csv.DictReader(result.read_text().splitlines())] == ["1", "3"]
    else:
        assert json.loads(result.read_text())["value"] == pytest.approx(2 / 3)


def test_bare_folder(tmp_path):
    path = create_workspace(tmp_path, "alice", structure=False)
    assert path.is_dir()
    assert list(path.iterdir()) == []


# Refused


@pytest.mark.parametrize("name", ["../x", "", "a/b", "/abs", "core", "shared", "con", "a\0b", "x" * 65, ".x", "café"])
def test_unsafe_ids_leave_no_trace(tmp_path, name):
    root = tmp_path / "root"
    with pytest.raises(InvalidWorkspaceId):
        create_workspace(root, name)
    assert list(tmp_path.iterdir()) == []


def test_existing_workspace_is_left_alone(tmp_path):
    path = create_workspace(tmp_path, "alice")
    (path / "mine.txt").write_text("x")
    before = tree(tmp_path)
    with pytest.raises(WorkspaceExists, match="already exists") as caught:
        create_workspace(tmp_path, "alice", template="data")
    assert isinstance(caught.value, ValueError)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("what", ["file", "folder", "dangling"])
def test_anything_of_that_name_counts_as_existing(tmp_path, what):
    place = tmp_path / "developers/alice"
    place.parent.mkdir()
    if what == "file":
        place.write_text("")
    elif what == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(WorkspaceExists):
        create_workspace(tmp_path, "alice")


def test_developers_folder_that_leads_outside(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "developers").symlink_to(outside)
    with pytest.raises(FileError, match="leads outside"):
        create_workspace(root, "alice")
    assert list(outside.iterdir()) == []


def test_single_workspace_is_not_made_a_root(tmp_path):
    (tmp_path / "src/cursus_dev/steps").mkdir(parents=True)
    with pytest.raises(UsageError, match="is itself a workspace"):
        create_workspace(tmp_path, "alice")


def test_unknown_template_is_suggested(tmp_path):
    with pytest.raises(UsageError, match="Did you mean 'training'"):
        create_workspace(tmp_path, "alice", template="trainig")


def test_root_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        create_workspace(tmp_path / "file", "alice")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_root_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FileError, match="Permission denied"):
        create_workspace(tmp_path, "alice")
    tmp_path.chmod(0o700)


# Interrupted, and at the same time


def test_no_half_workspace_after_a_kill(tmp_path):
    code = f"""
import os, pathlib, signal
from cursus.workspace import scaffold
def stop(*args): os.kill(os.getpid(), signal.SIGKILL)
pathlib.Path.rename = stop  # the last thing before it is there
scaffold.create_workspace(pathlib.Path({str(tmp_path)!r}), "alice")
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list((tmp_path / "developers").iterdir()) == []
    assert scan(tmp_path).findings == ()
    create_workspace(tmp_path, "alice")


def test_one_of_many_at_once_succeeds(tmp_path):
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        try:
            create_workspace(tmp_path, "alice")
            outcomes.append("made")
        except WorkspaceExists:
            outcomes.append("exists")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["exists"] * 5 + ["made"]
    assert missing(developer_workspace(tmp_path, "alice")) == ()


# Shared


def test_shared_is_made_once_and_completed(tmp_path):
    path = create_shared(tmp_path)
    assert missing(shared_workspace(tmp_path)) == ()
    (path / "workspace.toml").write_text('owner = "all"\n')
    (path / "src/cursus_dev/steps/builders/__init__.py").unlink()
    (path / "pipelines").rmdir()
    assert create_shared(tmp_path) == path
    assert (path / "workspace.toml").read_text() == 'owner = "all"\n'
    assert missing(shared_workspace(tmp_path)) == ()


def test_complete_says_what_it_added(tmp_path):
    create_workspace(tmp_path, "alice")
    workspace = developer_workspace(tmp_path, "alice")
    (workspace.root / "src/__init__.py").unlink()
    (workspace.root / "tests").rmdir()
    assert missing(workspace) == ("src/__init__.py", "tests")
    assert complete(workspace) == ("src/__init__.py", "tests")
    assert complete(workspace) == ()


def test_shared_folder_that_leads_outside_is_not_written_to(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / "shared").mkdir(parents=True)
    (root / "shared/src").symlink_to(outside)
    with pytest.raises(FileError, match="leads outside"):
        create_shared(root)
    assert list(outside.iterdir()) == []


# Copies


def make_original(root: Path) -> Path:
    path = create_workspace(root, "alice", template="data", owner="alice@example.com", description="Cleans")
    (path / "pipelines/p.yaml").write_text(
        "name: alice\nsteps:\n  a: alice/CleanTable\n  b: malice/Other\n  c: core/X\n"
    )
    manifest = path / "data/data_manifest.yaml"
    manifest.write_text(manifest.read_text() + "workspace_scripts:\n  'alice:clean_table': {}\n")
    (path / "src/cursus_dev/__pycache__").mkdir()
    (path / "src/cursus_dev/__pycache__/x.pyc").write_text("")
    (path / "validation_reports/report.json").write_text("{}")
    (path / "tests/binary.bin").write_bytes(b"\xff\x00alice/X")
    return path


def test_copy_is_independent_and_renamed(tmp_path):
    original = make_original(tmp_path)
    before = tree_bytes(original)
    copy = create_workspace(
        tmp_path, "bob", from_existing=developer_workspace(tmp_path, "alice"), owner="bob@example.com"
    )
    assert tree_bytes(original) == before
    text = (copy / "pipelines/p.yaml").read_text()
    assert text == "name: alice\nsteps:\n  a: bob/CleanTable\n  b: malice/Other\n  c: core/X\n"
    assert "'bob:clean_table'" in (copy / "data/data_manifest.yaml").read_text()
    overlay = WorkspaceIndex(tmp_path, cache=False).overlay("bob")
    assert overlay is not None
    assert overlay.metadata == {"developer_id": "bob"}
    about = tomllib.loads((copy / "workspace.toml").read_text())
    assert (about["owner"], about["description"]) == ("bob@example.com", "Cleans")
    assert not list(copy.rglob("__pycache__"))
    assert list((copy / "validation_reports").iterdir()) == []
    assert (copy / "tests/binary.bin").read_bytes() == b"\xff\x00alice/X"
    assert (copy / "data/table/sample.csv").read_bytes() == (original / "data/table/sample.csv").read_bytes()
    assert scan(tmp_path).findings == ()


def tree_bytes(folder: Path) -> dict[str, bytes | None]:
    return {str(p): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def test_copy_with_a_link_or_pipe_is_refused_whole(tmp_path):
    original = make_original(tmp_path)
    source = developer_workspace(tmp_path, "alice")
    (original / "tests/link").symlink_to(tmp_path)
    with pytest.raises(FileError, match="link is a link"):
        create_workspace(tmp_path, "bob", from_existing=source)
    (original / "tests/link").unlink()
    os.mkfifo(original / "tests/pipe")
    with pytest.raises(FileError, match="not a regular file"):
        create_workspace(tmp_path, "bob", from_existing=source)
    assert not (tmp_path / "developers/bob").exists()


def test_copy_of_the_core_is_refused(tmp_path):
    with pytest.raises(UsageError, match="bundled steps"):
        create_workspace(tmp_path, "bob", from_existing=core_workspace())
