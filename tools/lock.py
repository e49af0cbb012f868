"""Write the exact versions installed in this environment, as requirements without any index URL.

Usage: ``python tools/lock.py requirements/dev.txt``
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

HEADER = """\
# Everything `make demo` and `make test` install, pinned. Written by `make lock`; do not edit by hand.
"""
#: Installed by the virtual environment itself, or this project.
LEFT_OUT = frozenset({"cursus", "pip"})


def installed() -> dict[str, str]:
    """Normalised name -> version of every distribution in this environment."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
        found[name] = distribution.version
    return found


def main(target: Path) -> None:
    """Write ``target`` in one step, so that an interrupted run leaves the old file."""
    lines = [f"{name}=={version}" for name, version in sorted(installed().items()) if name not in LEFT_OUT]
    beside = target.with_suffix(".tmp")
    beside.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    beside.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
