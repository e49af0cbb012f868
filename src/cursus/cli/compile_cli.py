"""``cursus compile``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.render import finding_text, table
from cursus.cli.session import Session, common_options, pass_session
from cursus.cli.swapping import say_swaps, swap_option
from cursus.errors import UsageError

if TYPE_CHECKING:
    from cursus.model.finding import Finding
    from cursus.model.plan import PipelinePlan


@click.command("compile")
@click.argument("pipeline")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the definition to this file; without it, it goes to standard output.",
)
@click.option(
    "--plan", "show_plan", is_flag=True, help="Print the plan instead: each step, each binding and its reason."
)
@click.option(
    "--diff",
    "other",
    metavar="OTHER",
    help="Print instead what differs from OTHER: a pipeline's name or path, or a file that --plan --format json wrote.",
)
@swap_option
@common_options
@pass_session
def compile_command(
    session: Session, pipeline: str, output: Path | None, show_plan: bool, other: str | None, swaps: tuple[str, ...]
) -> None:
    """Plan PIPELINE and write its SageMaker pipeline definition.

    PIPELINE is the name of a pipeline file, or its path. Offline: no region, credentials or network; the same files
    give the same bytes.
    """
    if other is not None:
        if show_plan or output is not None:
            raise UsageError("--diff goes with neither --plan nor --output: it prints the difference only.")
        _print_diff(session, pipeline, other, swaps)
        return
    from cursus.core.assembler.plan import make_plan
    from cursus.core.compiler import compile_plan
    from cursus.core.workspace.swap import load_swapped
    from cursus.workspace.writing import write_text

    asked, exchanged = load_swapped(pipeline, session.catalog, swaps)
    say_swaps(session, exchanged)
    plan = make_plan(asked, session.catalog)
    if show_plan:
        _warn(session, plan.findings)
        if session.json:
            session.print_json({**plan.to_json(), "findings": [f.to_json() for f in plan.findings]})
        else:
            click.echo(_plan_text(plan))
        return
    compiled = compile_plan(plan)
    definition = compiled.definition()
    _warn(session, compiled.findings)
    if output is None:
        click.echo(definition, nl=False)
        return
    write_text(output, definition)
    digest = hashlib.sha256(definition.encode()).hexdigest()
    if session.json:
        session.print_json(
            {
                "pipeline": plan.name,
                "output": str(output),
                "sha256": digest,
                "steps": len(plan.steps),
                "swaps": [swap.to_json() for swap in exchanged],
                "findings": [f.to_json() for f in compiled.findings],
            }
        )
    else:
        session.say(f"{plan.name}: {len(plan.steps)} steps, sha256 {digest}")
        click.echo(session.shown(output.absolute()))


def _warn(session: Session, findings: Iterable[Finding]) -> None:
    for finding in findings:
        session.say(finding_text(finding, session))


def _print_diff(session: Session, pipeline: str, other: str, swaps: tuple[str, ...]) -> None:
    from cursus.cli.diff_text import diff_text
    from cursus.core.assembler.diff import diff
    from cursus.core.assembler.plan import make_plan
    from cursus.core.assembler.plan_file import read_plan
    from cursus.core.workspace.pipeline_file import plan_pipeline
    from cursus.core.workspace.swap import load_swapped

    from_file = Path(other).suffix == ".json"
    before = read_plan(Path(other).absolute()) if from_file else plan_pipeline(other, session.catalog)
    asked, exchanged = load_swapped(pipeline, session.catalog, swaps)
    say_swaps(session, exchanged)
    plan = make_plan(asked, session.catalog)
    found = diff(before, plan)
    _warn(session, plan.findings)
    if session.json:
        findings = [f.to_json() for f in plan.findings]
        session.print_json({"compared_with": other, **found.to_json(), "findings": findings})
    else:
        session.say(f"{found.after}, compared with {other}:")
        click.echo(diff_text(found))


def _plan_text(plan: PipelinePlan) -> str:
    steps = table(
        ("STEP", "USES", "TYPE", "FILE", "BUILDER"),
        [
            (s.name, s.reference, s.type, s.files[0].name if s.files else "-", s.builder or "from its interface")
            for s in plan.steps
        ],
    )
    bindings = table(
        ("INPUT", "FROM", "REASON"),
        [(f"{b.step}.{b.input}", f"{b.source}.{b.output}", b.detail or b.reason.value) for b in plan.bindings]
        + [(f"{e.step}.{e.input}", getattr(e.uri, "path", e.uri), "enters from outside") for e in plan.external_inputs],
    )
    return f"Pipeline {plan.name}\n\n{steps}\n\n{bindings}"
