"""What it costs to plan a pipeline, to write its definition and to judge that, with every target.

    python benchmarks/compile.py [--quick] [--repeats N] [--identical N] [--sdk PYTHON]

Prints minima of interleaved repeats in processor time. Milliseconds depend on the machine; the ratios are what to
compare. A whole process is held against one that makes the same pipeline with the SageMaker SDK, version 2, by the
interpreter that ``tools/sdk_equality.sh 2`` installs, or the one named by ``--sdk``. ``--identical N`` compiles N
times, under random hash seeds and in different folders, and compares the bytes. ``--quick`` repeats little and compiles
40 times. Ends with 1 when a target is missed or could not be measured.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from support.measure import run_command

from cursus.core.assembler import make_plan
from cursus.core.compiler.emit import emit_definition
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.validation import validate_definition
from cursus.core.workspace.pipeline_file import load_pipeline
from cursus.model.pipeline import Pipeline
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import WorkspaceIndex

SIZES = (10, 50, 300, 3000)
ROUNDS = 3
REPOSITORY = Path(__file__).resolve().parents[1]
SDK = REPOSITORY / "build" / "sdk2" / "bin" / "python"
CURSUS = Path(sys.executable).with_name("cursus")
SCRIPT = "def main(input_paths, output_paths, environ_vars, job_args):\n    pass\n"
STEPS = {
    "Clean": ("Processing", "/opt/ml/processing/input/data", "/opt/ml/processing/output/out"),
    "Fit": ("Training", "/opt/ml/input/data/data", "/opt/ml/model"),
}


@dataclass(frozen=True)
class Figure:
    """One line of the table; without a value it could not be measured."""

    what: str
    value: float | None
    target: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value is not None and self.value <= self.target

    def line(self) -> str:
        """The figure as a line of the table."""
        value = f"{'not measured':>12}" if self.value is None else f"{self.value:>12.2f}"
        return f"{self.what:<62} {value} {self.unit:<3} {self.target:>8.2f} {'met' if self.met else 'MISSED':>7}"


# ---- what is compiled -----------------------------------------------------------------------------------------------


def write_root(root: Path) -> None:
    """Two steps of one team, and a pipeline of each size."""
    steps = root / "developers" / "team" / "src" / "cursus_dev" / "steps"
    for folder in ("scripts", "interfaces"):
        (steps / folder).mkdir(parents=True)
    for name, (kind, source, target) in STEPS.items():
        (steps / "scripts" / f"{name.lower()}.py").write_text(SCRIPT, "utf-8")
        manifest = {
            "schema_version": 1,
            "step": name,
            "sagemaker_step_type": kind,
            "inputs": {"data": {"path": source}},
            "outputs": {"out": {"path": target}},
            "environment": {"optional": {"LABEL": "delayed", "SEED": "7"}},
            "compute": {"image_uri": "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/image:1"},
        }
        (steps / "interfaces" / f"{name.lower()}.step.yaml").write_text(yaml.safe_dump(manifest), "utf-8")
    (root / "pipelines").mkdir()
    for size in SIZES:
        (root / "pipelines" / f"chain{size}.yaml").write_text(yaml.safe_dump(chain(size)), "utf-8")


def chain(size: int) -> dict[str, object]:
    """A chain of processing steps; each fourth is followed by a training step that reads from it."""
    nodes: dict[str, object] = {}
    edges: list[str] = []
    source: str | None = None
    for number in range(size):
        name, kind = f"Step{number:05d}", "Fit" if number % 5 == 4 else "Clean"
        nodes[name] = f"team/{kind}"
        if source is None:
            nodes[name] = {"use": f"team/{kind}", "inputs": {"data": "s3://example-bucket/raw"}}
        else:
            edges.append(f"{source}.out -> {name}.data")
        source = name if kind == "Clean" else source
    shared = {
        "author": "ada",
        "bucket": "example-bucket",
        "role": "arn:aws:iam::111122223333:role/Pipelines",
        "region": "us-east-1",
        "service_name": "Chain",
        "pipeline_version": "1",
    }
    return {"schema_version": 1, "name": "chain", "steps": nodes, "edges": edges, "config": {"shared": shared}}


# ---- measuring ------------------------------------------------------------------------------------------------------


def cpu(action: Callable[[], object]) -> float:
    """Seconds of processor time that ``action`` took."""
    gc.collect()
    start = time.process_time()
    action()
    return time.process_time() - start


def measure_once(pipeline: Pipeline, catalog: StepCatalog) -> tuple[float, float, float]:
    """Seconds of planning, of emitting and of judging one pipeline."""
    plan = make_plan(pipeline, catalog)
    definition = emit_definition(plan)
    return (
        cpu(lambda: make_plan(pipeline, catalog)),
        cpu(lambda: emit_definition(plan)),
        cpu(lambda: validate_definition(definition)),
    )


def measure_sizes(root: Path, repeats: int) -> Iterator[Figure]:
    """Planning, emitting and validating pipelines of each size in one warm process."""
    print(f"service model, read once: {cpu(lambda: load_service_model('sagemaker')) * 1e3:.0f} ms\n")
    catalog = StepCatalog(WorkspaceIndex(root, cache=False))
    best = {size: [float("inf")] * 3 for size in SIZES}
    # In rounds, so that a slow moment of the machine does not meet one size only; and nothing of another size is held
    # meanwhile, as nobody's process that plans ten steps holds three thousand.
    for _ in range(ROUNDS):
        for size in SIZES:
            pipeline = load_pipeline(root / "pipelines" / f"chain{size}.yaml")
            for _ in range(max(2, repeats // ROUNDS) if size < SIZES[-1] else 1):
                times = measure_once(pipeline, catalog)
                best[size] = [min(b, t) for b, t in zip(best[size], times, strict=True)]
    print(f"{'steps':>6} {'plan ms':>9} {'emit ms':>9} {'validate ms':>12} {'all, ms a step':>15}")
    for size, (plan_s, emit_s, judge_s) in best.items():
        each = sum(best[size]) / size * 1e3
        print(f"{size:>6} {plan_s * 1e3:>9.2f} {emit_s * 1e3:>9.2f} {judge_s * 1e3:>12.2f} {each:>15.3f}")
    print()
    made = {size: times[0] + times[1] for size, times in best.items()}
    whole = {size: sum(times) for size, times in best.items()}
    yield Figure("10 steps, plan and definition, warm", made[10] * 1e3, 5, "ms")
    yield Figure("10 steps, validated as well, service model loaded", whole[10] * 1e3, 30, "ms")
    yield Figure("a step of 3,000 against one of 50", whole[3000] / 3000 / (whole[50] / 50), 1.5, "x")


def measure_processes(root: Path, repeats: int, sdk: Path) -> Iterator[Figure]:
    """Whole processes: a bare interpreter, an import, the installed command on 300 steps, and the SDK on the same."""
    commands: dict[str, Sequence[str]] = {
        "bare interpreter": [sys.executable, "-c", "pass"],
        "import cursus.core.base": [sys.executable, "-c", "import cursus.core.base"],
        "every class of cursus.core.base": [sys.executable, "-c", "from cursus.core.base import *"],
        "cursus compile, 300 steps": [str(CURSUS), "-q", "compile", "chain300", "-C", str(root), "-o", os.devnull],
    }
    theirs = "SageMaker SDK v2, 300 steps"
    if sdk.exists():
        commands[theirs] = [str(sdk), "-W", "ignore", str(REPOSITORY / "benchmarks/support/sdk_pipeline.py"), "300"]
    best = dict.fromkeys(commands, float("inf"))
    for repeat in range(repeats):
        for name, command in commands.items():
            if name != theirs or repeat < 3:
                best[name] = min(best[name], run_command(command))
    for name, seconds in best.items():
        print(f"{name:<34} {seconds * 1e3:>8.0f} ms {seconds / best['bare interpreter']:>7.1f} x")
    print()
    share = best["cursus compile, 300 steps"] / best[theirs] * 100 if theirs in best else None
    if share is None:
        print(f"{sdk} is not there: tools/sdk_equality.sh 2 installs it.\n")
    yield Figure("cursus compile, 300 steps, validated, of the SDK's time", share, 10, "%")
    yield Figure("import cursus.core.base", best["import cursus.core.base"], 0.25, "s")


def measure_identity(root: Path, count: int) -> Iterator[Figure]:
    """Compile again and again, each time in another folder, in processes with random hash seeds.

    Most compiles are of the pipeline of 50 steps; one of fifty is of the example, whose builders run in children.
    """
    example = REPOSITORY / "examples" / "three_teams"
    seeds = random.SystemRandom()
    # Tree, pipeline, how often, and how many of them in one process.
    for source, name, number, group in (
        (root, "chain50", count, 20),
        (example, "flight_delay", max(2, count // 50), 5),
    ):
        digests: set[str] = set()
        for done in range(0, number, group):
            said = subprocess.run(
                [
                    sys.executable,
                    str(Path(__file__).resolve()),
                    "--compile",
                    str(source),
                    name,
                    str(min(group, number - done)),
                ],
                env={**os.environ, "PYTHONHASHSEED": str(seeds.randrange(2**32))},
                check=True,
                capture_output=True,
                text=True,
            )
            digests |= set(said.stdout.split())
        yield Figure(f"different definitions of {number} compiles of {name}", float(len(digests)), 1, "")


def compile_copies(source: Path, name: str, count: int) -> None:
    """Compile ``count`` copies of a tree, each in a folder of its own; print the digests of the definitions."""
    from cursus.core.compiler import compile_plan
    from cursus.core.workspace.pipeline_file import plan_pipeline

    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / f"{number}" / "root"
            shutil.copytree(source, root, ignore=shutil.ignore_patterns(".cursus", "data", "__pycache__"))
            os.chdir(folder)
            plan = plan_pipeline(name, StepCatalog(WorkspaceIndex(root, cache=bool(number % 2))))
            print(hashlib.sha256(compile_plan(plan).definition().encode()).hexdigest())
            os.chdir("/")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--identical", type=int, default=1000)
    parser.add_argument("--sdk", type=Path, default=SDK)
    parser.add_argument("--compile", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compile:
        source, name, count = options.compile
        compile_copies(Path(source), name, int(count))
        return 0
    repeats, identical = (3, 40) if options.quick else (options.repeats, options.identical)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        write_root(root)
        figures = [
            *measure_sizes(root, repeats),
            *measure_processes(root, repeats, options.sdk),
            *measure_identity(root, identical),
        ]
    print(f"{'':<62} {'figure':>12}     {'target':>8}")
    for figure in figures:
        print(figure.line())
    missed = sum(not figure.met for figure in figures)
    print(f"\n{missed} missed" if missed else "\nall met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
