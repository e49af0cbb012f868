"""What it costs that the steps of a pipeline come from workspaces, against the same pipeline of core steps.

    python benchmarks/assembly.py [--repeats N]

The core's three steps are copied into each of four workspaces of a fresh root. One pipeline takes its steps from the
core; in the second each of the three is the one of another workspace; the third takes every use in turn from the next
of the four workspaces, which makes twelve different steps of three. Each is assembled from its definition to a judged
SageMaker definition, everything read anew, with a warm cache. Prints minima of interleaved repeats, in CPU time with
that of child processes. Exits with 1 when the second, which is the same pipeline, costs 20 % more or worse.
"""

from __future__ import annotations

import argparse
import gc
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from cursus.core.workspace.assembler import WorkspacePipelineAssembler
from cursus.core.workspace.config import WorkspacePipelineDefinition
from cursus.model.workspace import ComponentKind
from cursus.workspace import layout

TEAMS = ("ann", "bob", "cat", "dan")
#: Step number n of a pipeline is of owner n modulo their number; a block has three steps.
OWNERS = {"core": ("core",), "one each": TEAMS[:3], "copies": TEAMS}
SIZES = (12, 48, 192)
MOST = 0.20
CONFIG: dict[str, Any] = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Bench",
    "pipeline_version": "1.0.0",
    "model_class": "trees",
    "label_field": "label",
    "id_field": "id",
}
#: (name, step, the steps before it, the inputs that are named by their edge), again and again in a pipeline.
BLOCK = (
    ("split", "TabularPreprocessing", (), {}),
    ("evaluate", "ModelEval", ("split",), {"split": ("testing_data", "eval_data")}),
    ("package", "Package", (), {}),
)
OUTSIDE = {
    "split": {"data": "s3://example-bucket/data/"},
    "evaluate": {"model": "s3://example-bucket/model.tar.gz"},
    "package": {"model": "s3://example-bucket/model.tar.gz"},
}


def make_root(folder: Path) -> Path:
    """A root whose workspaces have each a copy of every step of the core."""
    core = layout.core_workspace()
    for team in TEAMS:
        workspace = layout.developer_workspace(folder, team)
        for kind in (ComponentKind.INTERFACE, ComponentKind.SCRIPT):
            target = layout.kind_dir(workspace, kind)
            shutil.copytree(
                layout.kind_dir(core, kind), target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
            )
    return folder


def definition(root: Path, size: int, owners: tuple[str, ...]) -> WorkspacePipelineDefinition:
    """A pipeline of so many steps, each of the next of ``owners``."""
    steps, ports = [], []
    for number in range(size):
        block, place = divmod(number, len(BLOCK))
        name, step, before, named = BLOCK[place]
        steps.append(
            {
                "step_name": f"{name}_{block}",
                "developer_id": owners[number % len(owners)],
                "step_type": step,
                "workspace_root": str(root),
                "config_data": {"external_inputs": OUTSIDE[name]},
                "dependencies": [f"{b}_{block}" for b in before],
            }
        )
        ports += [
            {"source": f"{source}_{block}", "target": f"{name}_{block}", "output": output, "input": into}
            for source, (output, into) in named.items()
        ]
    config = {**CONFIG, "edge_ports": ports}
    return WorkspacePipelineDefinition.model_validate(
        {"pipeline_name": "bench", "workspace_root": str(root), "steps": steps, "global_config": config}
    )


def assemble(asked: WorkspacePipelineDefinition) -> None:
    """Everything from the definition to a judged SageMaker definition."""
    WorkspacePipelineAssembler.from_workspace_config(asked).assemble_workspace_pipeline().definition()


def spent(asked: WorkspacePipelineDefinition) -> float:
    """Milliseconds of CPU time that assembling takes, its child processes included."""
    gc.collect()
    before = _cpu()
    assemble(asked)
    return (_cpu() - before) * 1e3


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> int:
    """Measure every size; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        root = make_root(Path(folder).resolve())
        print(f"{'steps':>6} {'of the core, ms':>16} {'one each, ms':>13} {'more':>6} {'copies, ms':>11} {'more':>6}")
        for size in SIZES:
            asked = {name: definition(root, size, owners) for name, owners in OWNERS.items()}
            for one in asked.values():
                assemble(one)
            best = dict.fromkeys(asked, float("inf"))
            for _ in range(options.repeats):
                for name, one in asked.items():
                    best[name] = min(best[name], spent(one))
            more = {name: best[name] / best["core"] - 1 for name in ("one each", "copies")}
            worst = max(worst, more["one each"])
            print(
                f"{size:>6} {best['core']:>16.1f} {best['one each']:>13.1f} {more['one each']:>6.0%}"
                f" {best['copies']:>11.1f} {more['copies']:>6.0%}"
            )
    print(f"target less than {MOST:.0%} more: {'met' if worst < MOST else 'MISSED'}")
    return 0 if worst < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
