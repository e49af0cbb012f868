"""What ``discovery.py`` measures, each run in a process of its own: ``measured.py WHAT ROOT`` prints what it found.

Nothing is imported here that the measured thing does not need, since whole processes are measured.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator


def walk(root: str) -> dict[str, object]:
    """The floor of listing: every entry below the root, with its status."""
    start = time.process_time()
    waiting, count = [root], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                entry.stat(follow_symlinks=False)
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return {"inside": time.process_time() - start, "count": count}


def components(root: str) -> dict[str, object]:
    """Every component, by the scanner."""
    from pathlib import Path

    from cursus.workspace.scan import scan

    start = time.process_time()
    tree = scan(Path(root))
    return {"inside": time.process_time() - start, "count": sum(map(len, tree.components.values()))}


def parse(root: str) -> dict[str, object]:
    """The floor of indexing: read and parse every step file once."""
    import ast

    count = 0
    for path in _step_files(root):
        descriptor = os.open(path, os.O_RDONLY)
        data = os.read(descriptor, os.fstat(descriptor).st_size)
        os.close(descriptor)
        ast.parse(data)
        count += 1
    return {"count": count}


def index(root: str) -> dict[str, object]:
    """The index of the whole tree, brought up to date."""
    from pathlib import Path

    from cursus.workspace.index import WorkspaceIndex

    indexed = WorkspaceIndex(Path(root)).index_all()
    assert indexed is not None
    return {"count": indexed.files, "read": indexed.read, "broken": len(indexed.broken)}


def find(root: str) -> dict[str, object]:
    """Steps of fifty workspaces, none read before: what the index knows of one, and one resolved by name."""
    from pathlib import Path

    from cursus.model.workspace import ComponentKind
    from cursus.registry.catalog import StepCatalog
    from cursus.workspace.index import WorkspaceIndex

    tree_index = WorkspaceIndex(Path(root))
    tree = tree_index.tree
    catalog = StepCatalog(tree_index)
    catalog.steps("core")
    chosen = [w for w in tree.workspaces if w.id != "core"]
    looked_up, resolved = [], []
    for workspace in chosen[:: max(1, len(chosen) // 50)]:
        components = tree.components[workspace.id]
        name = components[len(components) // 2].step
        start = time.perf_counter()
        for component in (c for c in components if c.step == name):
            tree_index.module(component.path)
            if component.kind is ComponentKind.CONTRACT:
                tree_index.contract(component)
            elif component.kind is ComponentKind.SPEC:
                tree_index.spec(component)
        looked_up.append(time.perf_counter() - start)
        start = time.perf_counter()
        catalog.find(workspace.id, name)
        resolved.append(time.perf_counter() - start)
    return {"looked up": sorted(looked_up)[len(looked_up) // 2], "resolved": sorted(resolved)[len(resolved) // 2]}


def _step_files(root: str) -> Iterator[str]:
    with os.scandir(f"{root}/developers") as workspaces:
        for workspace in workspaces:
            for folder in ("builders", "configs", "contracts", "scripts", "specs"):
                with os.scandir(f"{workspace.path}/src/cursus_dev/steps/{folder}") as files:
                    yield from (entry.path for entry in files if not entry.name.startswith("_"))


MEASURED = {"walk": walk, "list": components, "parse": parse, "index": index, "find": find}

if __name__ == "__main__":
    said = MEASURED[sys.argv[1]](sys.argv[2])
    print("{" + ", ".join(f'"{key}": {value!r}' for key, value in said.items()) + "}")
