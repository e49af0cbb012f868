"""What it costs to find and index workspaces, as ratios to what the operating system and the parser cost anyway.

    python benchmarks/discovery.py [--quick] [--repeats N]

Generates trees of 10, 100 and 500 workspaces of 20 steps of five files each and prints every figure with its target.
All figures of one tree come from interleaved runs, each in a process of its own; of each the least is taken. Processor
time is compared where one process does the work, wall time where several do.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.measure import Run, least, run

SIZES = ((10, 20), (100, 20), (500, 20))
#: How much longer than the racy rule of the cache: files newer than that are read again.
SETTLED = 2.2
_MEASURED = Path(__file__).parent / "support" / "measured.py"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    tree: str
    what: str
    value: float
    target: float
    unit: str = "x"

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value <= self.target

    def line(self) -> str:
        """The figure as a line of the table."""
        mark = "met" if self.met else "MISSED"
        return f"{self.tree:>8}  {self.what:<58} {self.value:>8.2f} {self.unit:<3} {self.target:>8.2f} {mark:>7}"


# ---- the table ------------------------------------------------------------------------------------------------------


class Tree:
    """One generated tree under measurement."""

    def __init__(self, root: Path, workspaces: int, steps: int) -> None:
        self.root = root
        self.name = f"{workspaces}x{steps}"
        self.runs: dict[str, list[Run]] = {}
        self.edits = 0

    def measure(self, what: str, label: str | None = None, *, memory: bool = False) -> Run:
        """One run, kept under ``label`` unless that is empty."""
        done = run([str(_MEASURED), what, str(self.root)], memory=memory)
        if label != "":
            self.runs.setdefault(label or what, []).append(done)
        return done

    def forget(self) -> None:
        """Without a cache again."""
        shutil.rmtree(self.root / ".cursus", ignore_errors=True)

    def edit(self) -> None:
        """Change one script a little."""
        self.edits += 1
        scripts = self.root / "developers" / "team-0005" / "src" / "cursus_dev" / "steps" / "scripts"
        path = sorted(p for p in scripts.iterdir() if p.name[0] != "_")[0]
        with path.open("a", encoding="utf-8") as file:
            file.write(f"EDIT_{self.edits} = {self.edits}\n")

    def settle(self) -> None:
        """Until time stamps prove something again, and the index knows it."""
        time.sleep(SETTLED)
        self.measure("index", "")

    def all(self, repeats: int) -> None:
        """Fill :attr:`runs`."""
        for _ in range(repeats):
            self.measure("walk")
            self.measure("list")
            self.measure("parse")
            self.forget()
            self.measure("index", "cold")
        for _ in range(max(repeats, 8)):
            self.settle()
            self.measure("walk")
            warm = self.measure("index", "warm")
            if warm.said["read"]:
                raise SystemExit(f"{warm.said['read']} files were read by an index that should know them")
            self.edit()
            edited = self.measure("index", "edited")
            if edited.said["read"] != 1:
                raise SystemExit(f"{edited.said['read']} files were read after one edit")
            self.measure("list")
        self.settle()
        self.measure("index", "warm memory", memory=True)
        self.measure("find")
        self.forget()
        self.measure("index", "cold memory", memory=True)

    def least(self, what: str, of: str = "cpu") -> float:
        """The least of the runs of that name."""
        return least(self.runs[what], of)

    def figures(self) -> Iterator[Figure]:
        """The lines of the table for this tree."""
        walk = self.least("walk", "inside")
        yield Figure(self.name, "list all components / scandir+stat", self.least("list", "inside") / walk, 2.0)
        parse = self.least("parse")
        yield Figure(self.name, "cold index / read+parse, processor time", self.least("cold") / parse, 1.35)
        ratio = self.least("cold", "wall") / self.least("parse", "wall")
        yield Figure(self.name, "cold index / read+parse, wall time on all cores", ratio, 1.0)
        warm = self.least("warm")
        most = (2.5 * walk + 0.060) * 1e3
        yield Figure(self.name, "warm index, whole process (2.5 scandir+stat + 60 ms)", warm * 1e3, most, "ms")
        edited = (self.least("edited") - warm) * 1e3
        yield Figure(self.name, "after one edit, above warm", edited, 15.0, "ms")
        yield Figure(self.name, "peak memory warm", self.runs["warm memory"][0].peak, 80.0, "MiB")
        yield Figure(self.name, "peak memory cold, all processes", self.runs["cold memory"][0].peak, 150.0, "MiB")
        found = self.runs["find"][0].said
        yield Figure(self.name, "look up one step: its five files", found["looked up"] * 1e3, 5.0, "ms")
        yield Figure(self.name, "resolve its name: all steps of its workspace", found["resolved"] * 1e3, 5.0, "ms")

    def per_file(self, what: str, of: str) -> float:
        """Seconds for one file."""
        return self.least(what, of) / self.runs[what][0].said["count"]

    def remarks(self) -> str:
        """The seconds behind the ratios."""
        parts = [f"scandir+stat {self.least('walk', 'inside') * 1e3:.0f} ms"]
        parts += [f"list {self.least('list', 'inside') * 1e3:.0f} ms", f"parse {self.least('parse'):.2f} s"]
        parts += [f"cold {self.least('cold'):.2f} s (wall {self.least('cold', 'wall'):.2f} of "]
        parts[-1] += f"{self.least('parse', 'wall'):.2f})"
        parts += [f"edited {self.least('edited') * 1e3:.0f} ms"]
        return f"{self.name:>8}  {self.runs['cold'][0].said['count']} files: " + ", ".join(parts)


def linear(small: Tree, large: Tree) -> Iterator[Figure]:
    """Cost per file in the larger tree against the smaller one."""
    name = f"{large.name}/{small.name}"
    for what, of in (("list", "inside"), ("cold", "cpu"), ("warm", "cpu")):
        ratio = large.per_file(what, of) / small.per_file(what, of)
        yield Figure("", f"{what}, cost per file {name}", ratio, 1.25)


def main() -> int:
    """Print the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest tree only")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    from support.tree import age, write_tree

    print(f"{'tree':>8}  {'figure':<58} {'value':>12} {'target':>8}")
    trees: list[Tree] = []
    missed = 0
    for workspaces, steps in SIZES[:1] if options.quick else SIZES:
        with tempfile.TemporaryDirectory(prefix="cursus-benchmark-") as folder:
            write_tree(Path(folder), workspaces, steps)
            age(Path(folder))
            time.sleep(SETTLED)
            tree = Tree(Path(folder), workspaces, steps)
            tree.all(options.repeats)
        trees.append(tree)
        figures = [*tree.figures(), *(linear(trees[-2], tree) if len(trees) > 1 else ())]
        for figure in figures:
            missed += not figure.met
            print(figure.line(), flush=True)
        print(tree.remarks(), flush=True)
    print(f"{missed} missed" if missed else "all met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
