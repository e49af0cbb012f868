"""What the documentation shows is done: commands are typed, files written, manifests and pipelines read."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cursus.core.workspace.pipeline_file import load_pipeline
from cursus.registry.catalog import StepCatalog
from cursus.registry.visible import visibility_of
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.manifest import manifest_from
from cursus.workspace.yaml_reader import parse_yaml

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(match["info"], match["text"]) for match in BLOCK.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize(
    "page", sorted([*DOCS.glob("tutorials/*.md"), *DOCS.glob("how-to/*.md")]), ids=lambda p: p.stem
)
def test_a_tutorial_works_from_top_to_bottom(page, cursus, tmp_path, request):
    account = request.getfixturevalue("aws") if "cursus deploy" in page.read_text("utf-8") else {}
    place = tmp_path
    commands = 0
    for info, text in blocks(page):
        if info == "console":
            for line in text.splitlines():
                words = shlex.split(line.removeprefix("$ "))
                if words[0] == "cd":
                    place = place / words[1]
                    continue
                done = cursus(*words[1:], cwd=place, **account)
                assert done.code == 0, f"{line}\n{done.out}{done.err}"
                commands += 1
        elif info == "python":
            done = subprocess.run([sys.executable, "-c", text], cwd=place, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        elif "file=" in info:
            target = place / info.split("file=")[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    assert commands


def test_the_manifest_page_shows_a_manifest():
    (text,) = [t for info, t in blocks(DOCS / "reference" / "step-manifest.md") if info == "yaml manifest"]
    manifest = manifest_from(parse_yaml(text.encode(), Path("flight_features.step.yaml")))
    assert manifest.step == "FlightFeatures"


def test_the_pipeline_page_shows_a_pipeline(tmp_path):
    (text,) = [t for info, t in blocks(DOCS / "reference" / "pipeline-file.md") if info == "yaml"]
    path = tmp_path / "shown.yaml"
    path.write_text(text, encoding="utf-8")
    pipeline = load_pipeline(path)
    assert [n.name for n in pipeline.nodes] == ["split", "train"]
    assert pipeline.edges[1].input == "training_data"


def test_the_visibility_page_shows_rules(tree):
    (text,) = [t for info, t in blocks(DOCS / "reference" / "visibility.md") if info == "toml"]
    for name in ("Draft", "Scores", "Report", "Other"):
        tree.step("ann", name)
    for name in ("risk", "ingest"):
        tree.step(name, "Own")
    (tree.root / "developers/ann/workspace.toml").write_text(text)
    catalog = StepCatalog(WorkspaceIndex(tree.root, cache=False))
    assert catalog.problems("ann") == ()
    shown = {s.name: str(visibility_of(catalog, s)) for s in catalog.steps("ann")}
    assert shown == {"Draft": "private", "Scores": "protected: ingest, risk", "Report": "public", "Other": "private"}


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda p: p.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
