from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cursus.core.base.archive import make_bundle
from cursus.model.plan import Binding, BindingReason, PipelinePlan, PlannedStep
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec

HEAD = "from pathlib import Path\n"
COPY = """
def main(input_paths, output_paths, environ_vars, job_args):
    rows = ["id,value"]
    for folder in input_paths.values():
        for file in sorted(Path(folder).glob("*.csv")):
            rows += file.read_text().splitlines()[1:]
    for folder in output_paths.values():
        Path(folder, "table.csv").write_text("\\n".join(rows) + "\\n")
"""


@pytest.fixture
def make_step(tmp_path: Path) -> Callable[..., PlannedStep]:
    """A planned step whose script is written to ``tmp_path/code/<node>/<node>.py``."""

    def make(
        name: str,
        script: str | None = COPY,
        *,
        inputs: tuple[str, ...] = (),
        outputs: tuple[str, ...] = ("table",),
        optional: tuple[str, ...] = (),
        modules: Mapping[str, str] | None = None,
        **fields: object,
    ) -> PlannedStep:
        folder = tmp_path / "code" / name
        folder.mkdir(parents=True)
        files = {}
        if script is not None:
            files[f"{name}.py"] = HEAD + textwrap.dedent(script)
        for path, text in (modules or {}).items():
            files[path] = textwrap.dedent(text)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        type_ = DependencyType.PROCESSING_OUTPUT
        values: dict[str, object] = {
            "workspace": "team",
            "step": name.title(),
            "type": "Processing",
            "job_type": None,
            "contract": None
            if script is None
            else Contract(
                entry_point=f"{name}.py",
                inputs={n: f"/opt/ml/processing/input/{n}" for n in (*inputs, *optional)},
                outputs={n: f"/opt/ml/processing/output/{n}" for n in outputs},
            ),
            "spec": Spec(
                name.title(),
                NodeType.INTERNAL,
                tuple(Dependency(n, type_, required=n not in optional) for n in (*inputs, *optional)),
                tuple(Output(n, type_, "properties.X") for n in outputs),
            ),
            "request": {},
            "code": None
            if script is None
            else make_bundle(f"{name}.py", {path: folder / path for path in sorted(files)}),
            **fields,
        }
        return PlannedStep(name=name, **values)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_plan() -> Callable[..., PipelinePlan]:
    """A plan of steps and ``source.output -> step.input`` bindings."""

    def make(*steps: PlannedStep, bind: tuple[str, ...] = ()) -> PipelinePlan:
        bindings = []
        for text in bind:
            source, target = text.split(" -> ")
            bindings.append(Binding(*target.split("."), *source.split("."), BindingReason.EXPLICIT, 1.0))
        return PipelinePlan(name="example", steps=steps, bindings=tuple(bindings))

    return make


MANIFEST = """\
schema_version: 1
step: {step}
inputs:
  {input}:
    path: /opt/ml/processing/input/{input}
    schema: {{id: int, value: float}}
outputs:
  {output}: {{path: /opt/ml/processing/output/{output}}}
environment:
  optional: {{SUFFIX: a}}
arguments: {{limit: "10"}}
"""
CLEAN = """\
import csv
from pathlib import Path


def main(input_paths, output_paths, environ_vars, job_args):
    with open(next(Path(input_paths["raw"]).glob("*.csv"))) as stream:
        rows = list(csv.DictReader(stream))[: int(job_args.limit)]
    with open(Path(output_paths["rows"], "rows.csv"), "w") as stream:
        writer = csv.DictWriter(stream, ["id", "value"])
        writer.writeheader()
        writer.writerows({"id": r["id"], "value": r["value"]} for r in rows)
"""
COUNT = """\
from pathlib import Path


def main(input_paths, output_paths, environ_vars, job_args):
    lines = Path(input_paths["rows"], "rows.csv").read_text().splitlines()
    Path(output_paths["report"], "report.txt").write_text(f"{len(lines) - 1} rows {environ_vars['SUFFIX']}")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two developers: ``data`` has Clean, ``eval`` has Count; both steps are one manifest and one script."""
    root = tmp_path / "root"
    for developer, step, source, into, out in (
        ("data", "clean", CLEAN, "raw", "rows"),
        ("eval", "count", COUNT, "rows", "report"),
    ):
        steps = root / "developers" / developer / "src/cursus_dev/steps"
        for folder in ("scripts", "interfaces"):
            (steps / folder).mkdir(parents=True)
        (steps / "scripts" / f"{step}.py").write_text(source)
        manifest = MANIFEST.format(step=step.title(), input=into, output=out)
        (steps / "interfaces" / f"{step}.step.yaml").write_text(manifest)
    data = root / "developers/data/data"
    (data / "raw").mkdir(parents=True)
    (data / "raw/raw.csv").write_text("id,value\n1,0.5\n2,0.25\n3,1.5\n")
    (data / "data_manifest.yaml").write_text("scripts: {clean: {raw: {path: raw, format: csv}}}\n")
    return root
