"""The fixes that findings carry, put into their files, where these still read as an edit expects."""

from __future__ import annotations

import ast
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from cursus.errors import FileError
from cursus.model.finding import Edit, Finding
from cursus.validation.analysis.rewriting import lines_of
from cursus.validation.engine.baseline import relative
from cursus.workspace.files import MAX_PYTHON, read_file
from cursus.workspace.writing import write_text

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Rewriting:
    """Files as they are and as the fixes leave them.

    :param findings: whose fixes are in it; fixes that contradict one of them are left out.
    :param texts: file -> its text before and after.
    :param locked: files with something to put right that are marked as read-only, and therefore left alone.
    """

    findings: tuple[Finding, ...]
    texts: Mapping[Path, tuple[str, str]]
    locked: tuple[Path, ...] = ()

    def write(self) -> None:
        """Change the files, each whole or not at all.

        :raises FileError: one cannot be written; those before it are.
        """
        for path, (_, after) in self.texts.items():
            mode = path.stat().st_mode
            write_text(path, after)
            path.chmod(mode & 0o7777)

    def diff(self, root: Path) -> str:
        """What changes, as a unified diff with paths relative to ``root``."""
        parts: list[str] = []
        for path, texts in self.texts.items():
            name = relative(path, root)
            before, after = (lines_of(text) for text in texts)
            lines = unified_diff(before, after, f"a/{name}", f"b/{name}")
            parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
        return "".join(parts)

    def to_json(self, root: Path) -> dict[str, Any]:
        """Plain values."""
        return {
            "files": [relative(path, root) for path in self.texts],
            "read_only": [relative(path, root) for path in self.locked],
            "diff": self.diff(root),
            "fixed": [{"code": f.code, "summary": f.fix.summary} for f in self.findings if f.fix],
        }


def plan_fixes(findings: Iterable[Finding], boundaries: Sequence[Path]) -> Rewriting:
    """All fixes that can be made together, in the order of the findings; nothing is written.

    :param boundaries: folders whose files may be changed.
    """
    drafts: dict[Path, _Draft] = {}
    able = [f for f in findings if f.fix is not None]
    locked = {edit.file for f in able if f.fix for edit in f.fix.edits if _is_locked(edit.file)}
    taken = [f for f in able if f.fix and _take(f.fix.edits, drafts, boundaries)]
    changed = sorted((p, d) for p, d in drafts.items() if d.changes)
    return Rewriting(
        tuple(taken), {path: (draft.text, draft.after()) for path, draft in changed}, tuple(sorted(locked))
    )


@dataclass(order=True)
class _Draft:
    """One file with the changes it is to get, as (start, end, new text) of the text as it is."""

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list)

    def change(self, edit: Edit) -> tuple[int, int, str] | None:
        """The edit as a change; None when the file does not read as it expects."""
        lines = lines_of(self.text)
        if edit.line > len(lines) or edit.column > len(lines[edit.line - 1]) + 1:
            return None
        start = sum(map(len, lines[: edit.line - 1])) + edit.column - 1
        end = start + len(edit.old)
        return (start, end, edit.new) if self.text[start:end] == edit.old else None

    def is_free(self, change: tuple[int, int, str]) -> bool:
        """Whether the change touches no other; insertions may share their place."""
        return all(change[1] <= start or end <= change[0] for start, end, _ in self.changes)

    def after(self, more: Iterable[tuple[int, int, str]] = ()) -> str:
        """The text with all changes."""
        text = self.text
        for start, end, new in sorted([*self.changes, *more], reverse=True):
            text = text[:start] + new + text[end:]
        return text


def _take(edits: Iterable[Edit], drafts: dict[Path, _Draft], boundaries: Sequence[Path]) -> bool:
    """Add the edits, all or none of them; whether they were."""
    new: dict[Path, list[tuple[int, int, str]]] = {}
    for edit in edits:
        draft = drafts.get(edit.file) or _draft(edit.file, boundaries)
        change = draft.change(edit) if draft else None
        if draft is None or change is None or not draft.is_free(change):
            return False
        drafts[edit.file] = draft
        new.setdefault(edit.file, []).append(change)
    if any(not _still_parses(path, drafts[path].after(changes)) for path, changes in new.items()):
        return False
    for path, changes in new.items():
        drafts[path].changes += changes
    return True


def _draft(path: Path, boundaries: Sequence[Path]) -> _Draft | None:
    """The file, if it is a plain one that may be changed."""
    boundary = next((folder for folder in boundaries if path.is_relative_to(folder)), None)
    if boundary is None or path.is_symlink() or _is_locked(path):
        return None
    try:
        return _Draft(read_file(path, boundary=boundary, limit=MAX_PYTHON).decode("utf-8"))
    except (FileError, UnicodeDecodeError):
        return None


def _is_locked(path: Path) -> bool:
    """Whether nobody is meant to write to the file; a new one could be put in its place all the same."""
    return path.is_file() and not path.stat().st_mode & _WRITABLE


def _still_parses(path: Path, text: str) -> bool:
    if path.suffix != ".py":
        return True
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
