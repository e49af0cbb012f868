from __future__ import annotations

from cursus.core.workspace.overview import needed_by_pipelines
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.scaffold import create_workspace

PIPELINE = "name: {}\nsteps:\n  first: {}/CleanTable\n  second: bob/Other\n  third: ada/CleanTable\n"


def test_pipelines_that_need_a_workspace(tmp_path):
    own = create_workspace(tmp_path, "ada", template="data")
    create_workspace(tmp_path, "bob")
    (own / "pipelines/own.yaml").write_text(PIPELINE.format("own", "ada"))
    team = tmp_path / "pipelines"
    team.mkdir()
    (team / "one.yaml").write_text(PIPELINE.format("one", "ada"))
    (team / "two.yaml").write_text(PIPELINE.format("two", "core").replace("ada", "bob"))
    (team / "broken.yaml").write_text("name: [")
    index = WorkspaceIndex(tmp_path, cache=False)
    found = {f.file.name: f for f in needed_by_pipelines(index, "ada") if f.file is not None}
    assert sorted(found) == ["broken.yaml", "one.yaml"]
    assert found["broken.yaml"].code == "malformed-yaml"
    assert found["one.yaml"].line == 3
    assert "'first', 'third'" in found["one.yaml"].message
    assert {f.file.name for f in needed_by_pipelines(index, "bob") if f.code == "workspace-in-use" and f.file} == {
        "one.yaml",
        "own.yaml",
        "two.yaml",
    }
