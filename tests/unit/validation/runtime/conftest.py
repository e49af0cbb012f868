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
