"""``cursus runtime …``: run scripts and whole pipelines on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cursus.cli.completion import complete_workspace
from cursus.cli.pairs import config_values
from cursus.cli.render import finding_text, number, size, table
from cursus.cli.session import Session, common_options, pass_session
from cursus.cli.swapping import say_swaps, swap_option
from cursus.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from cursus.core.workspace.swap import Swap
    from cursus.model.plan import PipelinePlan
    from cursus.validation.runtime.results import RunResult

F = TypeVar("F", bound=Callable[..., Any])


@click.group("runtime")
def runtime() -> None:
    """Test-run scripts and whole pipelines on this machine."""


def run_options(command: F) -> F:
    """Options of everything that runs scripts."""
    options = (
        click.option(
            "--data",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="Data manifest to use instead of the workspaces' own data/data_manifest.yaml.",
        ),
        click.option(
            "--data-source",
            type=click.Choice(["local", "synthetic"]),
            default="local",
            help="Real files named by a manifest, or tables made from the contract's schemas.",
        ),
        click.option(
            "--input",
            "inputs",
            multiple=True,
            metavar="[NODE.]NAME=PATH",
            help="File or folder that feeds an input; wins over every manifest. May be given again.",
        ),
        click.option(
            "--run-dir",
            type=click.Path(path_type=Path, file_okay=False),
            help="Run folder for logs, outputs and run.json. Default: a new one under .cursus/runs.",
        ),
        click.option(
            "--timeout", type=click.FloatRange(min=0, min_open=True), default=3600.0, help="Seconds a script may take."
        ),
        click.option("--workers", type=click.IntRange(min=1), default=2, help="Steps that may run at the same time."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@runtime.command("test-script")
@click.argument("step")
@click.option(
    "--workspace",
    required=False,
    shell_complete=complete_workspace,
    help="Workspace to look the step up from; needed when there are several.",
)
@click.option("--job-type", help="Job variant, as training.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Config field of the step.")
@run_options
@common_options
@pass_session
def test_script(
    session: Session,
    /,
    step: str,
    workspace: str | None,
    job_type: str | None,
    settings: tuple[str, ...],
    **options: Any,
) -> None:
    """Run the script of STEP alone, in a process of its own, on the workspace's local data.

    STEP is a step's name, or <workspace>/<Step>.
    """
    from cursus.core.assembler.single_step import plan_step
    from cursus.core.workspace.owner import owner_of

    prefix, _, name = step.rpartition("/")
    where = workspace or prefix or owner_of(session.catalog, name)
    plan = plan_step(session.catalog, where, name, job_type=job_type, config=config_values(settings))
    _run(session, plan, developer=where, **options)


@runtime.command("test-workspace-pipeline")
@click.argument("pipeline")
@swap_option
@run_options
@common_options
@pass_session
def test_workspace_pipeline(session: Session, /, pipeline: str, swaps: tuple[str, ...], **options: Any) -> None:
    """Run every step of PIPELINE on this machine; what one step writes, the next one reads."""
    from cursus.core.assembler.plan import make_plan
    from cursus.core.workspace.swap import load_swapped

    asked, exchanged = load_swapped(pipeline, session.catalog, swaps)
    say_swaps(session, exchanged)
    _run(session, make_plan(asked, session.catalog), developer=None, swaps=exchanged, **options)


def _run(
    session: Session,
    /,
    plan: PipelinePlan,
    *,
    developer: str | None,
    data: Path | None,
    data_source: str,
    inputs: tuple[str, ...],
    run_dir: Path | None,
    timeout: float,
    workers: int,
    swaps: Sequence[Swap] = (),
) -> None:
    """Run the plan, print what became of it, and end with the exit code for that."""
    from cursus.cli.progress import progress_for
    from cursus.validation.runtime.core.subject import RunSubject
    from cursus.validation.runtime.data.external import parse_inputs
    from cursus.validation.runtime.engine.interface import RunOptions

    with progress_for(session) as progress:
        new_options = partial(RunOptions, max_workers=workers, timeout_seconds=timeout, progress=progress)
        result = RunSubject(session.catalog, developer).run(
            plan,
            data_source,
            developer=developer,
            given=parse_inputs(inputs, plan),
            manifest=data,
            options=None if run_dir is None else new_options(run_dir.absolute()),
            new_options=new_options,
        )
    if session.json:
        told = {"swaps": [swap.to_json() for swap in swaps]} if swaps else {}
        session.print_json({"findings": [f.to_json() for f in result.findings], **told, **result.to_json()})
    else:
        click.echo(_result_text(result, session))
        for finding in result.findings:
            click.echo(finding_text(finding, session), err=True)
    session.finish(0 if result.ok else EXIT_FINDINGS)


def _result_text(result: RunResult, session: Session) -> str:
    rows = [
        (
            step.node,
            step.reference,
            step.outcome.value,
            f"{step.seconds:.2f} s" if step.exit_code is not None or step.seconds else "-",
            size(step.peak_memory_bytes),
            number(step.total_rows),
            size(step.total_bytes) if step.bytes else "-",
            step.reason or "",
        )
        for step in result.steps
    ]
    headings = ("STEP", "USES", "OUTCOME", "TIME", "PEAK MEMORY", "ROWS", "BYTES", "WHY")
    told = ", ".join(f"{count} {outcome}" for outcome, count in result.counts.items() if count)
    where = session.shown(result.run_dir)
    return f"{table(headings, rows, right=(3, 4, 5, 6))}\n\n{told} in {result.seconds:.1f} s; run folder {where}"
