"""``cursus deployed list | executions | delete``: what is in SageMaker, by the names ``cursus deploy`` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from cursus.cli.agreeing import refuse_both, refuse_unasked
from cursus.cli.render import table
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import UsageError, did_you_mean


@click.group("deployed")
def deployed_cli() -> None:
    """Look at what is deployed to SageMaker, and delete what is no longer needed.

    Region and credentials are those of the environment, as for every AWS tool.
    """


@deployed_cli.command("list")
@click.argument("pipeline", required=False)
@click.option("--all", "every", is_flag=True, help="Also pipelines that no file of this root is the source of.")
@common_options
@pass_session
def list_command(session: Session, pipeline: str | None, every: bool) -> None:
    """List the deployments of PIPELINE, or of every pipeline under the root: the team's and each developer's."""
    from cursus.core.compiler import aws, deployment
    from cursus.core.compiler.deploy import is_deployment_of

    if pipeline is not None and every:
        raise UsageError("PIPELINE and --all exclude each other.", hint="cursus deployed list --help")
    found = deployment.list_pipelines(aws.client("sagemaker", pipeline or "pipelines"), pipeline or "")
    if not every:
        names = [pipeline] if pipeline is not None else _names(session)
        found = [s for s in found if any(is_deployment_of(s["PipelineName"], name) for name in names)]
    if session.json:
        session.print_json({"pipelines": [_plain(summary) for summary in found]})
    elif not found:
        session.say("Nothing is deployed." if every else "Nothing of this is deployed; --all lists what else is.")
    else:
        rows = [
            (s["PipelineName"], _moment(s.get("LastModifiedTime")), _moment(s.get("LastExecutionTime"))) for s in found
        ]
        click.echo(table(("PIPELINE", "CHANGED", "LAST STARTED"), rows))


@deployed_cli.command("executions")
@click.argument("name")
@common_options
@pass_session
def executions_command(session: Session, name: str) -> None:
    """List the executions of what is deployed as NAME, newest first."""
    from cursus.core.compiler import aws, deployment

    client = aws.client("sagemaker", name)
    _there(name, client)
    found = deployment.list_executions(client, name)
    if session.json:
        session.print_json({"pipeline": name, "executions": [_plain(summary) for summary in found]})
    elif not found:
        session.say(f"'{name}' has not been started yet: cursus deploy PIPELINE --start")
    else:
        rows = [
            (
                _moment(e.get("StartTime")),
                e.get("PipelineExecutionStatus", "-"),
                e.get("PipelineExecutionDisplayName", "-"),
                e["PipelineExecutionArn"],
            )
            for e in found
        ]
        click.echo(table(("STARTED", "STATUS", "CALLED", "EXECUTION"), rows))


@deployed_cli.command("delete")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@pass_session
def delete_command(session: Session, name: str, dry_run: bool, yes: bool) -> None:
    """Delete what is deployed as NAME, and its executions' records with it.

    What executions have written stays, and so does uploaded code, which other deployments may share.
    """
    from cursus.core.compiler import aws, deployment

    refuse_both("cursus deployed delete", dry_run=dry_run, yes=yes)
    if not (dry_run or yes):
        refuse_unasked(f"delete '{name}'", f"cursus deployed delete {name}")
    client = aws.client("sagemaker", name)
    there = _there(name, client)
    arn, count = str(there["PipelineArn"]), len(deployment.list_executions(client, name))
    session.say(f"{arn}, with {count} executions, will be deleted.")
    agreed = not dry_run and (yes or click.confirm("Do this?", err=True))
    if agreed:
        deployment.delete(client, name)
    if session.json:
        session.print_json({"pipeline": name, "arn": arn, "executions": count, "dry_run": dry_run, "done": agreed})
    elif agreed:
        click.echo(f"deleted: {arn}")
    else:
        session.say("Nothing was changed.")


def _there(name: str, client: Any) -> Mapping[str, Any]:
    """What is deployed under a name.

    :raises UsageError: nothing is; with a suggestion.
    """
    from cursus.core.compiler import deployment

    found = deployment.find_deployed(name, client)
    if found is None:
        known = [str(summary["PipelineName"]) for summary in deployment.list_pipelines(client)]
        raise UsageError(f"Nothing is deployed as '{name}'.{did_you_mean(name, known)}", hint="cursus deployed list")
    return found


def _names(session: Session) -> list[str]:
    """The names of the pipelines under the root; a file that cannot be read goes by its own name."""
    from cursus.core.workspace.pipeline_file import load_pipeline
    from cursus.errors import CursusError

    index = session.catalog.index
    names = []
    for found in index.tree.pipelines:
        try:
            names.append(load_pipeline(found.path, index.root).name)
        except CursusError:
            names.append(found.path.stem)
    return names


def _moment(value: Any) -> str:
    """A time as the service gave it, to the minute, in UTC; ``-`` for none."""
    from datetime import UTC

    return "-" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _plain(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in summary.items()}
