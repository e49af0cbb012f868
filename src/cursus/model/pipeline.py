"""A pipeline as its author wrote it, before anything is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cursus.model.expression import Get


@dataclass(frozen=True, slots=True)
class Node:
    """One use of a step in a pipeline.

    :param name: unique in the pipeline; becomes the SageMaker step name.
    :param workspace: id of the workspace the step is asked from; lookup goes on to shared and core.
    :param step: the step's name as written, ``FlightFeatures``.
    :param job_type: job variant, or None.
    :param config: values for this node; they win over the shared ones.
    :param inputs: logical name -> URI of data that enters the pipeline from outside, or the parameter that gives it.
    :param depends_on: nodes that must have finished though no data flows from them.
    :param line: where the node stands in the pipeline file.
    """

    name: str
    workspace: str
    step: str
    job_type: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str | Get] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Data flows from ``source`` to ``target``; a port that is None is left to the wiring."""

    source: str
    target: str
    output: str | None = None
    input: str | None = None
    line: int | None = None

    @property
    def text(self) -> str:
        """The edge as it is written in a pipeline file."""
        source = f"{self.source}.{self.output}" if self.output else self.source
        return f"{source} -> {self.target}.{self.input}" if self.input else f"{source} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value given when an execution starts.

    :param type: ``String``, ``Integer``, ``Float`` or ``Boolean``.
    :param values: the only values it may have; any of its type when empty.
    """

    name: str
    type: str
    default: str | int | float | bool | None = None
    values: tuple[str | int | float | bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline file, read. ``shared`` holds the config values every node starts from.

    :param owner: the workspace the pipeline belongs to, ``shared`` for the whole team; None when nobody is asked, as
        for a plan of one step.
    """

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    description: str = ""
    shared: Mapping[str, Any] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    source: Path | None = None
    owner: str | None = None

    def node(self, name: str) -> Node | None:
        """The node of that name, or None."""
        return next((n for n in self.nodes if n.name == name), None)
