from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler.errors import SeveralProblems
from cursus.core.workspace.assembler import WorkspacePipelineAssembler
from cursus.core.workspace.definition_pipeline import read_pipeline_file, write_pipeline_file
from cursus.core.workspace.pipeline_file import load_pipeline, owner_of_file, plan_pipeline
from cursus.core.workspace.registry import WorkspaceComponentRegistry
from cursus.registry.distributed.context import workspace_context
from cursus.registry.visible import NotVisible

CONFIG = """\
config:
  shared: {author: ada, bucket: b-b-b, region: NA, role: 'arn:aws:iam::123456789012:role/R', service_name: S,
    pipeline_version: '1'}
"""
RULES = """\
owner = "ann-team@example.com"

[visibility]
Draft = "private"
Scores = { protected = ["bob"] }
Report = "public"
"""


@pytest.fixture
def team(tree: Any) -> Any:
    """Ann has a private Draft, Scores that bob may use, a public Report, and Other of which nothing is said."""
    for name in ("Draft", "Scores", "Report", "Other"):
        tree.manifest("ann", name)
    tree.manifest("bob", "Own")
    tree.manifest("cat", "Own")
    toml(tree, "ann", RULES)
    toml(tree, "bob", 'owner = "bob-team@example.com"\n')
    return tree


def toml(tree: Any, workspace: str, text: str) -> Path:
    path: Path = tree.root / "developers" / workspace / "workspace.toml"
    path.write_text(text)
    return path


def pipeline(tree: Any, owner: str | None, *uses: str) -> Path:
    base = tree.root if owner is None else tree.root / "developers" / owner
    path: Path = base / "pipelines" / f"of_{owner}.yaml"
    path.parent.mkdir(exist_ok=True)
    steps = "".join(f"  n{number}: {use}\n" for number, use in enumerate(uses))
    path.write_text(f"name: of-{owner}\nsteps:\n{steps}{CONFIG}")
    return path


@pytest.mark.parametrize(
    ("owner", "use", "allowed"),
    [
        ("ann", "ann/Draft", True),
        ("bob", "ann/Draft", False),
        (None, "ann/Draft", False),
        ("ann", "ann/Scores", True),
        ("bob", "ann/Scores", True),
        ("cat", "ann/Scores", False),
        (None, "ann/Scores", False),
        ("cat", "ann/Report", True),
        (None, "ann/Report", True),
        ("cat", "ann/Other", True),
        (None, "core/Package", True),
    ],
)
def test_who_may_use_what(team: Any, owner: str | None, use: str, allowed: bool) -> None:
    path = pipeline(team, owner, "bob/Own")
    path.write_text(path.read_text().replace("bob/Own", use) if use != "core/Package" else path.read_text())
    name = f"of_{owner}"
    if allowed:
        assert plan_pipeline(name, team.catalog()).steps
    else:
        with pytest.raises(NotVisible):
            plan_pipeline(name, team.catalog())


def test_the_refusal_names_both_owners_and_the_place(team: Any) -> None:
    path = pipeline(team, "bob", "bob/Own", "ann/Draft")
    with pytest.raises(NotVisible) as caught:
        plan_pipeline("of_bob", team.catalog())
    error = caught.value
    assert error.message == (
        "Pipeline 'of-bob' of 'bob' (owner bob-team@example.com) may not use ann/Draft: "
        "'ann' (owner ann-team@example.com) keeps it to itself."
    )
    assert (error.file, error.line, error.workspace, error.exit_code) == (path, 4, "ann", 4)
    assert "open it to bob under [visibility] in" in str(error.hint)
    pipeline(team, None, "ann/Draft", "ann/Scores")
    with pytest.raises(SeveralProblems) as several:
        plan_pipeline("of_None", team.catalog())
    one, two = (f.message for f in several.value.findings)
    assert one.endswith("of the team may not use ann/Draft: 'ann' (owner ann-team@example.com) keeps it to itself.")
    assert two.endswith("of the team may not use ann/Scores: 'ann' (owner ann-team@example.com) lets only bob use it.")


def test_a_rule_for_all_others_and_for_the_team(team: Any) -> None:
    toml(team, "ann", '[visibility]\n"*" = "private"\nScores = { protected = ["shared"] }\nreport = "public"\n')
    pipeline(team, None, "ann/Scores", "ann/Report")
    assert len(plan_pipeline("of_None", team.catalog()).steps) == 2
    pipeline(team, "bob", "ann/Other")
    with pytest.raises(NotVisible):
        plan_pipeline("of_bob", team.catalog())


def test_a_step_of_shared_met_by_way_of_a_developer(team: Any) -> None:
    team.manifest("shared", "Common")
    (team.root / "shared" / "workspace.toml").write_text('[visibility]\nCommon = { protected = ["bob"] }\n')
    pipeline(team, "bob", "bob/Common")
    assert plan_pipeline("of_bob", team.catalog()).step("n0").reference == "shared/Common"
    pipeline(team, "cat", "cat/Common")
    with pytest.raises(NotVisible, match="may not use shared/Common: 'shared' lets only bob use it"):
        plan_pipeline("of_cat", team.catalog())


class TestDefinitions:
    def test_the_owner_of_a_file_stays_known(self, team: Any) -> None:
        path = pipeline(team, "ann", "ann/Draft")
        made = read_pipeline_file(path, team.root)
        assert made.global_config["pipeline_owner"] == "ann"
        assembler = WorkspacePipelineAssembler.from_workspace_config(made)
        assert assembler.plan_workspace_pipeline().step("n0").reference == "ann/Draft"
        copy = path.with_name("copy.yaml")
        write_pipeline_file(made, copy)
        assert load_pipeline(copy, team.root).owner == "ann"

    def test_without_a_word_it_is_the_current_workspace_s_or_the_team_s(self, team: Any) -> None:
        made = read_pipeline_file(pipeline(team, "ann", "ann/Draft"), team.root)
        made.global_config = {k: v for k, v in made.global_config.items() if k != "pipeline_owner"}
        assembler = WorkspacePipelineAssembler.from_workspace_config(made)
        report = assembler.validate_workspace_components()
        assert not report["valid"]
        assert "of the team may not use ann/Draft" in report["errors"][0]
        preview = assembler.preview_workspace_assembly()
        assert "may not use" in str(preview["component_resolution"]["ann:n0"]["error"])
        with pytest.raises(NotVisible):
            assembler.assemble_workspace_pipeline()
        with workspace_context("ann"):
            assert assembler.validate_workspace_components()["valid"]


def test_owner_of_a_file(team: Any, tmp_path: Path) -> None:
    assert owner_of_file(team.root / "pipelines" / "x.yaml", team.root) == "shared"
    assert owner_of_file(team.root / "shared" / "pipelines" / "x.yaml", team.root) == "shared"
    assert owner_of_file(team.root / "developers" / "ann" / "x.yaml", team.root) == "ann"
    assert owner_of_file(tmp_path / "elsewhere.yaml", team.root) == "shared"
    single = team.root / "developers" / "ann"
    assert owner_of_file(single / "pipelines" / "x.yaml", single) == "default"


def test_one_workspace_may_use_its_own_private_step(team: Any) -> None:
    from cursus.registry.catalog import StepCatalog
    from cursus.workspace.index import WorkspaceIndex

    single = team.root / "developers" / "ann"
    path = pipeline(team, "ann", "default/Draft")
    catalog = StepCatalog(WorkspaceIndex(single, cache=False))
    assert plan_pipeline(str(path), catalog).step("n0").reference == "default/Draft"


class TestListing:
    def test_discovery_and_why(self, team: Any) -> None:
        registry = WorkspaceComponentRegistry(str(team.root))
        scripts = registry.discover_components("ann")["scripts"]
        assert {e["step_name"]: e["visibility"] for e in scripts.values()} == {
            "Draft": "private",
            "Scores": "protected: bob",
            "Report": "public",
            "Other": "public",
        }
        assert registry.why("Scores", "ann").layers[0].visibility == "protected: bob"

    @pytest.mark.parametrize(
        ("rules", "line", "message"),
        [
            ('visibility = "private"\n', 1, "visibility is a table of step names"),
            ('[visibility]\nDraft = "private"\ndraft = "public"\n', 3, "names one step twice, as Draft and draft"),
            ('[visibility]\nDraft = "secret"\n', 2, "visibility.Draft is none of"),
            ("[visibility]\nDraft = { protected = [] }\n", 2, "visibility.Draft is none of"),
            ('[visibility.Draft]\nprotected = "bob"\n', 1, "visibility.Draft is none of"),
            ('[visibility]\nDraft = { private = ["bob"] }\n', 2, "visibility.Draft is none of"),
        ],
    )
    def test_what_is_no_visibility_is_found_and_opens_nothing(
        self, team: Any, rules: str, line: int, message: str
    ) -> None:
        path = toml(team, "ann", rules)
        registry = WorkspaceComponentRegistry(str(team.root))
        (finding,) = registry.findings("ann")
        assert (finding.code, finding.file, finding.line) == ("invalid-visibility", path, line)
        assert message in finding.message
        assert registry.discover_components("ann")["scripts"]["ann:Draft"]["visibility"] is None
        pipeline(team, "bob", "ann/Draft")
        with pytest.raises(Exception, match=message):
            plan_pipeline("of_bob", team.catalog())

    def test_names_that_mean_nothing(self, team: Any) -> None:
        path = toml(team, "ann", '[visibility]\nDrafd = "private"\nScores = { protected = ["bab"] }\n')
        told = [(f.line, f.message.partition("]: ")[2]) for f in team.catalog().problems("ann")]
        assert told == [
            (2, "'Drafd' is no step of it. Did you mean 'Draft'?"),
            (3, "'Scores' is open to 'bab', which is no workspace. Did you mean 'bob'?"),
        ]
        assert path.is_file()

    def test_a_broken_file_opens_nothing(self, team: Any) -> None:
        toml(team, "ann", "[visibility\n")
        pipeline(team, "bob", "ann/Report")
        with pytest.raises(Exception, match=r"workspace\.toml cannot be read as TOML"):
            plan_pipeline("of_bob", team.catalog())
