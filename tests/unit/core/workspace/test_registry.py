from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from cursus.core.workspace.overview import workspace_rows
from cursus.core.workspace.owner import owner_of
from cursus.core.workspace.registry import WorkspaceComponentRegistry
from cursus.errors import NoWorkspaceRoot, UnknownStep, UnknownWorkspace, UsageError

LISTS = ("builders", "configs", "contracts", "specs", "scripts")


@pytest.fixture
def team(tree: Any) -> Any:
    """Two developers with one step name in common, shared, and a broken file; every module would end the process."""
    deadly = "import os\nos._exit(1)\n"
    for who in ("ann", "bob"):
        tree.python(who, "Report")
        tree.builder(who, "Report", top=deadly)
        tree.config(who, "Report", top=deadly)
    tree.manifest("ann", "First")
    tree.manifest("shared", "Common")
    tree.write("bob", "contracts/bad_contract.py", "CONTRACT = (\n")
    return tree


class TestRegistry:
    def test_everything_that_is_there(self, team: Any) -> None:
        found = WorkspaceComponentRegistry(str(team.root)).discover_components()
        assert set(found["builders"]) == {"ann:Report", "bob:Report"}
        assert set(found["specs"]) == {"ann:First", "ann:Report", "bob:Report", "shared:Common"}
        assert set(found["scripts"]) == set(found["specs"])
        builder = found["builders"]["bob:Report"]
        assert (builder["developer_id"], builder["step_name"], builder["class_name"]) == (
            "bob",
            "Report",
            "ReportStepBuilder",
        )
        assert Path(builder["module_file"]).is_relative_to(team.root / "developers" / "bob")
        assert found["scripts"]["ann:First"]["file_path"].endswith("first.py")
        assert found["contracts"]["ann:First"]["module_file"].endswith("first.step.yaml")
        assert found["summary"] == {
            "total_components": sum(len(found[name]) for name in LISTS),  # type: ignore[literal-required]
            "developers": ["ann", "bob", "shared"],
            "step_types": ["Processing"],
        }
        assert not [name for name in sys.modules if "report_step" in name]

    def test_of_one_developer(self, team: Any) -> None:
        registry = WorkspaceComponentRegistry(str(team.root))
        found = registry.discover_components("ann")
        assert {key.split(":")[0] for name in LISTS for key in found[name]} == {"ann"}  # type: ignore[literal-required]
        assert [f.workspace for f in registry.findings("ann")] == []
        with pytest.raises(UnknownWorkspace, match="Did you mean 'ann'"):
            registry.discover_components("anne")

    def test_what_is_broken_is_a_finding(self, team: Any) -> None:
        findings = WorkspaceComponentRegistry(str(team.root)).findings()
        assert [(f.workspace, f.code) for f in findings] == [("bob", "syntax-error")]

    def test_the_tree_is_looked_at_again_when_asked_or_due(self, team: Any) -> None:
        slow = WorkspaceComponentRegistry(str(team.root), cache_ttl=300)
        quick = WorkspaceComponentRegistry(str(team.root), cache_ttl=-1)
        for registry in (slow, quick):
            assert "ann:Late" not in registry.discover_components()["scripts"]
        team.manifest("ann", "Late")
        assert "ann:Late" not in slow.discover_components()["scripts"]
        assert "ann:Late" in quick.discover_components()["scripts"]
        assert "ann:Late" in slow.discover_components(force_refresh=True)["scripts"]

    def test_from_many_threads(self, team: Any) -> None:
        registry = WorkspaceComponentRegistry(str(team.root), cache_ttl=-1)
        wanted = {who: registry.discover_components(who) for who in ("ann", "bob", "shared")}
        wrong: list[str] = []

        def ask(who: str) -> None:
            found = [registry.discover_components(who, force_refresh=True) for _ in range(3)]
            wrong.extend(who for components in found if components != wanted[who])

        threads = [threading.Thread(target=ask, args=(who,)) for who in (*wanted, *wanted)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_no_root(self, tmp_path: Path) -> None:
        with pytest.raises(NoWorkspaceRoot):
            WorkspaceComponentRegistry(str(tmp_path))


class TestOwner:
    def test_one_developer_has_it(self, team: Any) -> None:
        assert owner_of(team.catalog(), "First") == "ann"
        assert owner_of(team.catalog(), "first") == "ann"

    def test_shared_or_the_core_has_it(self, team: Any) -> None:
        assert owner_of(team.catalog(), "Common") == "shared"
        assert owner_of(team.catalog(), "Package") == "core"

    def test_a_broken_one_is_had_too(self, team: Any) -> None:
        assert owner_of(team.catalog(), "Bad") == "bob"

    def test_several_have_it(self, team: Any) -> None:
        with pytest.raises(UsageError, match="'Report' is defined in several workspaces: ann, bob") as caught:
            owner_of(team.catalog(), "Report")
        assert caught.value.hint == "Say which: ann/Report, or --workspace ann"

    def test_nobody_has_it(self, team: Any) -> None:
        with pytest.raises(UnknownStep, match="Did you mean 'Report'"):
            owner_of(team.catalog(), "Raport")


def test_rows_of_workspaces(team: Any) -> None:
    toml = team.root / "developers" / "ann" / "workspace.toml"
    toml.write_text('owner = "Ann"\ndescription = "Reports"\n')
    rows = {row["workspace"]: row for row in workspace_rows(team.catalog())}
    assert list(rows) == ["ann", "bob", "shared"]
    ann = rows["ann"]
    assert (ann["owner"], ann["description"], ann["layer"], ann["steps"]) == ("Ann", "Reports", "developer", 2)
    assert ann["components"] == 7
    assert rows["shared"]["layer"] == "shared"
    (finding,) = rows["bob"]["findings"]
    assert (finding["code"], finding["line"]) == ("syntax-error", 1)
