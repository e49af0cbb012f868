from __future__ import annotations

import pytest

from cursus.errors import UnknownWorkspace
from cursus.registry.catalog import StepCatalog
from cursus.validation.workspace.description import describe
from cursus.validation.workspace.structure import health_findings
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.scaffold import create_shared, create_workspace


@pytest.fixture
def root(tmp_path):
    path = create_workspace(tmp_path, "ada", template="data", owner="ada@example.com")
    (path / "pipelines/p.yaml").write_text("name: p\n")
    create_shared(tmp_path)
    return tmp_path


def catalog(root):
    return StepCatalog(WorkspaceIndex(root, cache=False))


def test_described(root):
    found = describe(catalog(root))
    assert (found["form"], found["has_shared"], found["config"], found["findings"]) == ("multiple", True, None, [])
    ada, shared = found["workspaces"]
    assert (ada["owner"], ada["steps"], ada["modules"], ada["pipelines"]) == ("ada@example.com", 1, 1, ["p"])
    assert {kind: n for kind, n in ada["kinds"].items() if n} == {"script": 1, "interface": 1}
    assert ada["created"] is not None
    assert (shared["layer"], shared["components"]) == ("shared", 0)


def test_one_of_them(root):
    (root / "developers/half").mkdir()
    assert [w["workspace"] for w in describe(catalog(root), "ada")["workspaces"]] == ["ada"]
    assert describe(catalog(root), "ada")["findings"] == []
    assert [f["code"] for f in describe(catalog(root))["findings"]] == ["not-a-workspace"]
    for name in ("zoe", "core", "half"):
        with pytest.raises(UnknownWorkspace):
            describe(catalog(root), name)


def test_each_problem_is_told_once(root):
    (root / "developers/ada/src/cursus_dev/steps/scripts/Bad.py").write_text("")
    (root / "developers/ada/src/cursus_dev/registry/workspace_registry.py").write_text("(")
    found = [f["code"] for f in describe(catalog(root))["findings"]]
    assert sorted(found) == ["naming", "syntax-error"]


def test_settings_count_for_the_root_only(root):
    (root / "cursus.toml").write_text("[workspace]\nx = 1\n")
    index = WorkspaceIndex(root, cache=False)
    assert [f.code for f in health_findings(index)] == ["configuration"]
    assert health_findings(index, "ada") == ()
    assert [f["code"] for f in describe(catalog(root))["findings"]] == ["configuration"]
