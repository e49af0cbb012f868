"""What validation costs, as ratios to reading and parsing the same files, and in seconds where somebody waits.

    python benchmarks/validation.py [--quick] [--repeats N]

Judges 2,000 generated steps in 100 workspaces, each with a pipeline, at all levels: without a cache, with nothing
changed, and after one edit of a script, of a contract and of a spec. All figures come from interleaved runs, each in a
process of its own; of each the least is taken. An edit is followed by one run; what it costs is said as a whole process
and above an unchanged tree.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from discovery import Figure
from support.measure import Run, least, run

WORKSPACES, STEPS = 100, 20
#: How much longer than the racy rule of the cache: files newer than that are read again.
SETTLED = 2.2
MEASURED = str(Path(__file__).parent / "support" / "measured.py")
EDITED = {"script": "scripts/{step}.py", "contract": "contracts/{step}_contract.py", "spec": "specs/{step}_spec.py"}

_PIPELINE = """\
schema_version: 1
name: chain
steps:
{steps}
edges:
{edges}
config:
  shared:
    author: ada
    bucket: example-bucket
    role: arn:aws:iam::123456789012:role/Example
    region: NA
    service_name: Chain
    pipeline_version: 1.0.0
"""


# ---- what is measured; each runs in a process of its own and says what it found -------------------------------------


def validate(root: Path) -> dict[str, Any]:
    """Everything under the root at all levels, as the command does it."""
    from cursus.registry.catalog import StepCatalog
    from cursus.validation.checks import CHECKS
    from cursus.validation.engine import run_checks
    from cursus.validation.reporting import render
    from cursus.workspace.index import WorkspaceIndex

    index = WorkspaceIndex(root)
    start = time.process_time()
    report = run_checks(StepCatalog(index), CHECKS)
    render(report, "text", root=root)
    inside = time.process_time() - start
    index.save()
    counts = {name: count for name, count in report.counts.items() if count}
    return {"inside": inside, "counts": counts, "ok": report.ok, "units": len(report.units)}


def write_pipelines(root: Path, steps: int) -> None:
    """A pipeline of the first steps of each workspace, one after the other."""
    for workspace in sorted((root / "developers").iterdir()):
        scripts = sorted((workspace / "src/cursus_dev/steps/scripts").glob("[!_]*.py"), key=lambda p: p.stem[-3:])
        names = [script.stem for script in scripts[: min(steps, 8)]]
        nodes = [
            f"  n{i}: {workspace.name}/{''.join(w.capitalize() for w in n.split('_'))}" for i, n in enumerate(names)
        ]
        edges = [f"  - n{i} -> n{i + 1}" for i in range(len(names) - 1)]
        folder = workspace / "pipelines"
        folder.mkdir()
        text = _PIPELINE.format(steps="\n".join(nodes), edges="\n".join(edges))
        (folder / "chain.yaml").write_text(text, encoding="utf-8")


# ---- the table ------------------------------------------------------------------------------------------------------


class Tree:
    """A generated tree under measurement."""

    def __init__(self, root: Path, workspaces: int, steps: int) -> None:
        from support.tree import age, write_tree

        self.root = root
        self.steps = workspaces * steps
        self.runs: dict[str, list[Run]] = {}
        self.edits = 0
        write_tree(root, workspaces, steps)
        write_pipelines(root, steps)
        age(root)

    def measure(self, label: str) -> Run:
        """One run of everything, kept under ``label``."""
        done = run([__file__, "--one", str(self.root)])
        if not done.said["ok"]:
            raise SystemExit(f"the generated steps are not sound: {done.said['counts']}")
        self.runs.setdefault(label, []).append(done)
        return done

    def parse(self) -> None:
        """Reading and parsing every step file, nothing else."""
        self.runs.setdefault("parse", []).append(run([MEASURED, "parse", str(self.root)]))

    def forget(self) -> None:
        """Without a cache again."""
        shutil.rmtree(self.root / ".cursus", ignore_errors=True)

    def edit(self, kind: str) -> None:
        """Change one file a little, each time of another workspace."""
        self.edits += 1
        workspaces = sorted((self.root / "developers").iterdir())
        steps = workspaces[self.edits % len(workspaces)] / "src" / "cursus_dev" / "steps"
        step = sorted(p.stem for p in (steps / "scripts").glob("[!_]*.py"))[0]
        with (steps / EDITED[kind].format(step=step)).open("a", encoding="utf-8") as file:
            file.write(f"EDIT_{self.edits} = {self.edits}\n")

    def least(self, label: str, of: str) -> float:
        """The least of the runs of that name."""
        return least(self.runs[label], of)


def measure(tree: Tree, single: Tree, repeats: int) -> None:
    """Fill the runs of both."""
    for _ in range(repeats):
        tree.parse()
        for one in (tree, single):
            one.forget()
            one.measure("cold")
        for kind in EDITED:
            time.sleep(SETTLED)
            tree.measure("settle")
            tree.measure("warm")
            tree.edit(kind)
            tree.measure(kind)
    single.measure("warm")


def figures(tree: Tree, single: Tree) -> Iterator[Figure]:
    """The lines of the table."""
    name = f"{tree.steps} steps"
    # Processor time, which on an idle machine is what somebody waits for: one process works, and nothing is waited for.
    parse, warm = tree.least("parse", "cpu"), tree.least("warm", "cpu")
    yield Figure(name, "all levels, cold / read+parse, processor time", tree.least("cold", "cpu") / parse, 2.0, "x")
    yield Figure(name, "nothing changed, whole process", warm, 1.0, "s")
    for kind in EDITED:
        edited = tree.least(kind, "cpu")
        yield Figure(name, f"after an edit of one {kind}, above nothing changed", edited - warm, 0.5, "s")
    many, one = (t.least("cold", "cpu") / t.steps for t in (tree, single))
    yield Figure(name, "time for a step, many workspaces / one", many / one, 1.05, "x")


def main() -> int:
    """Print the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the workspaces; targets are for the whole")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(validate(Path(options.one))))
        gc.freeze()  # as the command ends
        return 0
    workspaces = WORKSPACES // 10 if options.quick else WORKSPACES
    with tempfile.TemporaryDirectory(prefix="cursus-benchmark-") as folder:
        tree = Tree(Path(folder) / "many", workspaces, STEPS)
        single = Tree(Path(folder) / "one", 1, workspaces * STEPS)
        time.sleep(SETTLED)
        measure(tree, single, options.repeats)
    print(f"{'tree':>8}  {'figure':<58} {'value':>12} {'target':>8}")
    missed = 0
    for figure in figures(tree, single):
        missed += not figure.met
        print(figure.line())
    seconds = ", ".join(f"{label} {tree.least(label, 'cpu'):.2f}" for label in ("parse", "cold", "warm", *EDITED))
    print(f"{tree.steps} steps, {tree.runs['warm'][0].said['units']} units; processor seconds: {seconds}")
    walls = ", ".join(f"{label} {tree.least(label, 'wall'):.2f}" for label in ("warm", *EDITED))
    print(f"seconds on the clock, of whole processes: {walls}")
    print(f"{missed} missed" if missed else "all met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
