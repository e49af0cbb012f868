"""``cursus runtime …``: run scripts and whole pipelines on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cursus.cli.render import finding_text, number, size, table
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
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
@click.option("--workspace", required=False, help="Workspace to look the step up from; needed when there are several.")
@click.option("--job-type", help="Job variant, as training.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Config field of the step.")
@run_options
@common_options
@pass_session
def test_script(
    session: Session,
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
    plan = plan_step(session.catalog, where, name, job_type=job_type, config=dict(_pairs(settings, "--set")))
    _finish(session, _run(session, plan, **options))


@runtime.command("test-workspace-pipeline")
@click.argument("pipeline")
@run_options
@common_options
@pass_session
def test_workspace_pipeline(session: Session, pipeline: str, **options: Any) -> None:
    """Run every step of PIPELINE on this machine; what one step writes, the next one reads."""
    from cursus.core.workspace.pipeline_file import plan_pipeline

    _finish(session, _run(session, plan_pipeline(pipeline, session.catalog), **options))
