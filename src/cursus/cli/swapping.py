"""``--swap``: the option, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cursus.cli.session import Session

if TYPE_CHECKING:
    from cursus.core.workspace.swap import Swap

F = TypeVar("F", bound=Callable[..., Any])


def swap_option(command: F) -> F:
    """``--swap STEP=WORKSPACE/STEP``, any number of times."""
    return click.option(
        "--swap",
        "swaps",
        multiple=True,
        metavar="STEP=WORKSPACE/STEP",
        help="Use another step in one place: STEP is a node's name, or a step that one node uses. May be given again.",
    )(command)


def say_swaps(session: Session, swaps: Sequence[Swap]) -> None:
    """What each exchange changes in what is promised, as a remark."""
    if not swaps:
        return
    from cursus.cli.diff_text import differences_text

    for swap in swaps:
        session.say(f"{swap.node}: {swap.after} instead of {swap.before}")
        if swap.unknown is not None:
            session.say(f"    {swap.unknown}")
        elif not swap.differences:
            session.say("    the same ports, variables and arguments")
        for line in differences_text(swap.differences, "    "):
            session.say(line)
