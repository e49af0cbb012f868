"""Steps as the pipelines of one workspace may use them."""

from __future__ import annotations

from cursus.errors import PolicyError
from cursus.model.pipeline import Node, Pipeline
from cursus.model.step import Step
from cursus.model.workspace import CORE_ID, SHARED_ID
from cursus.registry.catalog import StepCatalog
from cursus.registry.visibility import TABLE, Reach, Visibility, rules_of
from cursus.workspace import layout
from cursus.workspace.index import WorkspaceIndex


class NotVisible(PolicyError):
    """A pipeline uses a step that its workspace does not let it use."""

    code = "not-visible"


def visibility_of(catalog: StepCatalog, step: Step) -> Visibility:
    """Who may use a step.

    :raises FileError: as :func:`rules_of`.
    """
    return Visibility() if step.workspace == CORE_ID else rules_of(catalog.index, step.workspace).of(step.name)


def find_visible(catalog: StepCatalog, pipeline: Pipeline, node: Node) -> Step:
    """The step that a node of a pipeline is a use of.

    :raises NotVisible: the pipeline may not use it; names both owners.
    :raises CursusError: as :meth:`StepCatalog.find`.
    """
    step = catalog.find(node.workspace, node.step, node.job_type)
    owner = pipeline.owner
    if owner is not None and step.workspace not in (owner, CORE_ID):
        visibility = visibility_of(catalog, step)
        if not visibility.allows(owner):
            raise _not_visible(catalog.index, pipeline, node, step, visibility)
    return step


def _not_visible(
    index: WorkspaceIndex, pipeline: Pipeline, node: Node, step: Step, visibility: Visibility
) -> NotVisible:
    asking = str(pipeline.owner)
    whose = "of the team" if asking == SHARED_ID else f"of {_named(index, asking)}"
    if visibility.reach is Reach.PRIVATE:
        kept = "keeps it to itself"
    else:
        kept = f"lets only {', '.join(visibility.workspaces)} use it"
    return NotVisible(
        f"Pipeline '{pipeline.name}' {whose} may not use {step.reference}: {_named(index, step.workspace)} {kept}.",
        hint=f"Ask the owner to open it to {asking} under [{TABLE}] in "
        f"{layout.workspace_toml(index.workspace(step.workspace))}, or use another step.",
        workspace=step.workspace,
        step=node.name,
        file=pipeline.source,
        line=node.line,
    )


def _named(index: WorkspaceIndex, workspace_id: str) -> str:
    owner = index.owner(workspace_id) if workspace_id in index.tree.by_id else None
    return f"'{workspace_id}' (owner {owner})" if owner else f"'{workspace_id}'"
