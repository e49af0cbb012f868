"""``--dry-run`` and ``--yes`` of the commands that change what others may need."""

from __future__ import annotations

import sys

from cursus.errors import PolicyError, UsageError


def refuse_both(command: str, *, dry_run: bool, yes: bool) -> None:
    """Refuse the two together.

    :raises UsageError: both are given.
    """
    if dry_run and yes:
        raise UsageError("--dry-run and --yes exclude each other.", hint=f"{command} --help")


def refuse_unasked(what: str, command: str, *, workspace: str | None = None) -> None:
    """Stop where a question would have to be asked and nobody is there to answer it.

    :param command: what was typed, without options.
    :raises PolicyError: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise PolicyError(
            f"Nobody can be asked here whether to {what}; nothing was done.",
            hint=f"{command} --dry-run, then {command} --yes",
            workspace=workspace,
        )
