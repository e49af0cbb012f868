"""Miniature workspaces, written as one text each: ``=== write PATH`` gives a file, ``=== edit PATH`` changes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

_SECTION = re.compile(r"^=== (write|edit|remove) (\S+)\n", re.MULTILINE)
_BASE = Path(__file__).parent / "checks" / "fixtures" / "base.tree"
_STEPS = re.compile(r"^(a|b):")


def _apply(root: Path, text: str) -> None:
    pieces = _SECTION.split(text)
    for verb, name, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        path = root / _STEPS.sub(r"developers/\1/src/cursus_dev/steps/", name)
        if verb == "remove":
            path.unlink()
        elif verb == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        else:
            old, new = body.rstrip("\n").split("\n-->\n")
            before = path.read_text()
            assert before.count(old) == 1, f"{name}: {old!r} is there {before.count(old)} times"
            path.write_text(before.replace(old, new))


@pytest.fixture
def make_root(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes the base tree, changed by the given texts, and returns its root.

    In paths ``a:`` and ``b:`` stand for the steps folder of workspace a and b.
    """

    def make(*changes: str, base: bool = True) -> Path:
        root = tmp_path / "root"
        for text in ((_BASE.read_text(),) if base else ()) + changes:
            _apply(root, text)
        return root

    return make
