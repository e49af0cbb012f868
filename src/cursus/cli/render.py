"""Values as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cursus.errors import CursusError
from cursus.model.finding import Finding

if TYPE_CHECKING:
    from cursus.cli.session import Session


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """Aligned columns with a heading; columns numbered in ``right`` are set to the right.

    Plain text without frame or colour and never cut, so that it can be read, piped and compared.
    """
    lines = [list(headings), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def finding_text(finding: Finding, session: Session) -> str:
    """One finding: place, severity, code, sentence, next command."""
    place = ""
    if finding.file is not None:
        numbers = [str(n) for n in (finding.line, finding.column) if n is not None]
        place = ":".join([session.shown(finding.file), *numbers]) + ": "
    named = finding.workspace is None or finding.workspace in finding.message
    owner = "" if named else f" (workspace {finding.workspace})"
    text = f"{place}{finding.severity.value}[{finding.code}]: {finding.message}{owner}"
    return f"{text}\n  next: {finding.hint}" if finding.hint else text


def error_text(error: CursusError, session: Session) -> str:
    """An error and, where it collects several, the findings it is made of."""
    lines = [finding_text(Finding.from_error(error), session)]
    lines += [finding_text(finding, session) for finding in getattr(error, "findings", ())]
    return "\n".join(lines)


def size(count: int | None) -> str:
    """A number of bytes in the unit that suits it, binary."""
    if count is None:
        return "-"
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError  # pragma: no cover - the loop always returns


def number(count: int | None) -> str:
    """A count with thousands separated, or a dash."""
    return "-" if count is None else f"{count:,}"
