"""``cursus deploy``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.agreeing import refuse_both, refuse_unasked
from cursus.cli.completion import complete_workspace
from cursus.cli.render import finding_text
from cursus.cli.session import Session, common_options, pass_session
from cursus.cli.swapping import say_swaps, swap_option
from cursus.errors import UsageError

if TYPE_CHECKING:
    from cursus.core.compiler.deploy import Deployed, Deployment
    from cursus.core.workspace.swap import Swap
    from cursus.model.workspace import Workspace

_ACTIONS = {"create": "will be created", "update": "will be updated", "none": "is deployed like this already"}
_DONE = {"create": "created", "update": "updated", "none": "unchanged"}


@click.command("deploy")
@click.argument("pipeline")
@click.option("--role", metavar="ARN", help="Role the pipeline runs as. Default: 'role' of its shared config.")
@click.option("--as", "name", metavar="NAME", help="Deploy under this name.")
@click.option(
    "--workspace",
    shell_complete=complete_workspace,
    help="Deploy as PIPELINE--WORKSPACE, so that nobody else's is touched. Default: CURSUS_WORKSPACE_ID, else the "
    "developer whose file it is; a team's pipeline keeps its own name.",
)
@click.option("--start", is_flag=True, help="Start an execution afterwards.")
@click.option(
    "--parameters",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="With --start: a value of the execution; give it once for each.",
)
@swap_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@pass_session
def deploy_command(
    session: Session,
    pipeline: str,
    role: str | None,
    name: str | None,
    workspace: str | None,
    start: bool,
    pairs: tuple[str, ...],
    swaps: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Compile PIPELINE and bring it to SageMaker.

    Checks the definition, shows what differs from what is deployed, uploads code that is not there yet, and creates or
    updates the pipeline. Region and credentials are those of the environment, as for every AWS tool. Deploying the
    same thing again changes nothing.
    """
    from cursus.core.assembler.plan import make_plan
    from cursus.core.compiler.deploy import carry_out, deployed_name, prepare
    from cursus.core.workspace.swap import load_swapped

    _check_options(dry_run=dry_run, yes=yes, start=start, pairs=pairs, pipeline=pipeline)
    owner = _workspace(session, pipeline, workspace)
    asked, exchanged = load_swapped(pipeline, session.catalog, swaps)
    say_swaps(session, exchanged)
    plan = make_plan(asked, session.catalog)
    prepared = prepare(
        plan,
        name=name if name is not None else deployed_name(plan.name, owner),
        role=role,
        parameters=_pairs(pairs) if start else None,
    )
    _announce(session, prepared)
    agreed = not dry_run and (prepared.nothing_to_do or yes or click.confirm("Do this?", err=True))
    done = carry_out(prepared) if agreed else None
    _conclude(session, plan.name, prepared, done, exchanged, dry_run=dry_run)


def _check_options(*, dry_run: bool, yes: bool, start: bool, pairs: Sequence[str], pipeline: str) -> None:
    refuse_both("cursus deploy", dry_run=dry_run, yes=yes)
    if pairs and not start:
        raise UsageError("--parameters goes with --start: values belong to an execution.", hint="cursus deploy --help")
    if not (dry_run or yes):
        refuse_unasked(f"deploy '{pipeline}'", f"cursus deploy {pipeline}")


def _pairs(pairs: Sequence[str]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise UsageError(f"{pair!r} is not NAME=VALUE.", hint="--parameters NAME=VALUE")
        if key in values:
            raise UsageError(f"Parameter '{key}' is given twice.", hint="Leave one of them out.")
        values[key] = value
    return values


def _workspace(session: Session, pipeline: str, given: str | None) -> Workspace | None:
    """For whom it is deployed: as said, else the current workspace, else the one the pipeline file belongs to."""
    from cursus.core.workspace.pipeline_file import find_pipeline
    from cursus.registry.distributed.context import get_workspace_context

    index = session.catalog.index
    path = find_pipeline(pipeline, index)
    chosen = given or get_workspace_context() or _keeper(path, session)
    return None if chosen is None else index.workspace(chosen)


def _keeper(path: Path, session: Session) -> str | None:
    real = path.resolve()
    listed = session.catalog.index.tree.pipelines
    return next((p.workspace for p in listed if p.path.resolve() == real), None)


def _announce(session: Session, prepared: Deployment) -> None:
    for finding in prepared.findings:
        session.say(finding_text(finding, session))
    if session.json:
        return
    from cursus.cli.diff_text import diff_text

    lines = [f"Pipeline {prepared.name} in {prepared.region} {_ACTIONS[prepared.action]}; role {prepared.role}"]
    if prepared.action != "none":
        lines.append(diff_text(prepared.diff))
    missing = [b for b in prepared.bundles if b.uri in prepared.missing]
    places = sorted({b.uri.removesuffix(f"/{b.bundle.digest}/sourcedir.tar.gz") for b in missing})
    to = f" to {', '.join(places)}" if places else ""
    lines.append(f"Code: {len(missing)} of {len(prepared.bundles)} archives to upload{to}.")
    lines += [f"    {b.bundle.digest[:12]}…  {', '.join(b.steps)}" for b in missing]
    if prepared.parameters is not None:
        values = ", ".join(f"{key}={value}" for key, value in sorted(prepared.parameters.items()))
        lines.append(f"Start an execution with {values or 'the default values'}.")
    click.echo("\n".join(lines))


def _conclude(
    session: Session,
    pipeline: str,
    prepared: Deployment,
    done: Deployed | None,
    swaps: Sequence[Swap],
    *,
    dry_run: bool,
) -> None:
    if session.json:
        session.print_json(
            {
                "pipeline": pipeline,
                "dry_run": dry_run,
                "done": done is not None,
                **prepared.to_json(),
                **({} if done is None else {"arn": done.arn}),
                "execution": None if done is None else done.execution,
                "swaps": [swap.to_json() for swap in swaps],
                "findings": [f.to_json() for f in prepared.findings],
            }
        )
    elif done is None:
        session.say("Nothing was changed.")
    elif prepared.nothing_to_do:
        session.say("There was nothing to change.")
    else:
        click.echo(f"{_DONE[prepared.action]}: {done.arn}")
        if done.execution is not None:
            click.echo(f"started: {done.execution}")
