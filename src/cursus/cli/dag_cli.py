"""``cursus dag show | order | analyze | schema``: a pipeline's graph, without planning it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cursus.cli.render import finding_text, number, table
from cursus.cli.session import Session, common_options, options_with_formats, pass_session
from cursus.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from cursus.api.dag.shapes import ComplexityAnalysis
    from cursus.core.workspace.graph_view import GraphView


@click.group("dag")
def dag_cli() -> None:
    """Show, order and measure the graph of a pipeline file."""


@dag_cli.command("show")
@click.argument("pipeline")
@options_with_formats("text", "json", "mermaid", "dot")
@pass_session
def show(session: Session, pipeline: str) -> None:
    """Draw PIPELINE as a tree, as JSON, as a Mermaid flow chart or for Graphviz.

    A cycle is said, and drawn all the same.
    """
    view = _view(session, pipeline)
    if session.json:
        session.print_json({**view.to_json(), "findings": [f.to_json() for f in view.findings]})
    else:
        draw = {"text": lambda: _tree(view), "mermaid": view.mermaid, "dot": view.dot}[session.format]
        click.echo(draw())
    _finish(session, view)


@dag_cli.command("order")
@click.argument("pipeline")
@common_options
@pass_session
def order(session: Session, pipeline: str) -> None:
    """List the steps of PIPELINE in the order they may run."""
    from cursus.core.assembler.plan import cycle_of

    view = _view(session, pipeline)
    cycle = cycle_of(view.pipeline)
    if cycle is not None:
        raise cycle
    steps = view.dag.get_execution_order()
    if session.json:
        findings = [f.to_json() for f in view.findings]
        session.print_json({"pipeline": view.pipeline.name, "steps": steps, "findings": findings})
    else:
        uses = view.uses
        rows = [
            (s["execution_index"], s["step_name"], uses[s["step_name"]], ", ".join(s["dependencies"]) or "-")
            for s in steps
        ]
        click.echo(table(("", "STEP", "USES", "AFTER"), rows, right=(0,)))
    _finish(session, view)


@dag_cli.command("analyze")
@click.argument("pipeline")
@common_options
@pass_session
def analyze(session: Session, pipeline: str) -> None:
    """Measure the graph of PIPELINE and say which steps deserve a look."""
    view = _view(session, pipeline)
    found = view.dag.analyze_workspace_complexity()
    if session.json:
        session.print_json({"pipeline": view.pipeline.name, **found, "findings": [f.to_json() for f in view.findings]})
    else:
        click.echo(_analysis_text(found))
    _finish(session, view)


@dag_cli.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file instead of printing."
)
@common_options
@pass_session
def schema(session: Session, output: Path | None) -> None:
    """Print the JSON Schema of pipeline files, for editors that complete and check them."""
    from cursus.core.workspace.pipeline_schema import schema_text
    from cursus.workspace.writing import write_text

    if output is None:
        click.echo(schema_text(), nl=False)
        return
    write_text(output, schema_text())
    click.echo(session.shown(output.absolute()))


def _view(session: Session, pipeline: str) -> GraphView:
    from cursus.core.workspace.graph_view import view_pipeline

    return view_pipeline(pipeline, session.catalog)


def _finish(session: Session, view: GraphView) -> None:
    if not session.json:
        for finding in view.findings:
            click.echo(finding_text(finding, session), err=True)
    session.finish(EXIT_FINDINGS if view.findings else 0)


def _tree(view: GraphView) -> str:
    steps, edges = len(view.dag.nodes), len(view.dag.edges)
    counted = ", ".join(f"{number(n)} {what}{'' if n == 1 else 's'}" for n, what in ((steps, "step"), (edges, "edge")))
    return f"Pipeline {view.pipeline.name}: {counted}\n\n{view.tree()}"


def _analysis_text(found: ComplexityAnalysis) -> str:
    basic, measured = found["basic_metrics"], found["complexity_metrics"]
    rows: list[tuple[str, Any]] = [
        ("Steps", basic["node_count"]),
        ("Edges", basic["edge_count"]),
        ("Workspaces", basic["developer_count"]),
        ("Step types", basic["step_type_count"]),
        ("Dependencies for each step", f"{measured['average_dependencies']:.2f}"),
        ("Most dependencies of one step", measured["max_fan_in"]),
        ("Most dependents of one step", measured["max_fan_out"]),
        ("Longest chain", f"{measured['longest_path']}: {' -> '.join(measured['critical_path']) or 'none'}"),
        ("Dependencies across workspaces", f"{measured['cross_workspace_ratio']:.0%}"),
    ]
    width = max(len(heading) for heading, _ in rows)
    lines = [f"{heading.ljust(width)}  {value}" for heading, value in rows]
    developers = table(
        ("WORKSPACE", "STEPS", "TAKES FROM OTHERS", "GIVES TO OTHERS", "STEP TYPES"),
        [
            (
                name,
                own["step_count"],
                own["cross_workspace_dependencies"],
                own["cross_workspace_dependents"],
                ", ".join(own["step_types"]),
            )
            for name, own in found["developer_analysis"].items()
        ],
        right=(1, 2, 3),
    )
    advice = [f"- {text}" for text in found["recommendations"]] or ["Nothing stands out."]
    return "\n".join([*lines, "", developers, "", *advice])
