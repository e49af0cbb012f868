"""Everything a compile will do, as a value: no AWS, no clock, no randomness.

Preview, diff, dry run, the local run and the tests read a plan; compiling only renders it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cursus.model.expression import Get, Join, plain
from cursus.model.finding import Finding
from cursus.model.pipeline import Parameter, Pipeline
from cursus.model.step import Contract, Spec
from cursus.model.workspace import ComponentKind, reference


class BindingReason(StrEnum):
    """Why an output was bound to an input, strongest first."""

    EXPLICIT = "explicit port"
    NAME = "same name"
    ALIAS = "declared alias"
    SCORE = "best score"


@dataclass(frozen=True, slots=True)
class Binding:
    """One resolved edge.

    :param step: consuming node.
    :param input: logical name of its dependency.
    :param source: producing node.
    :param output: logical name of its output.
    :param reason: why this one.
    :param score: compatibility score from 0 to 1.
    :param detail: the reason as a sentence, for people.
    """

    step: str
    input: str
    source: str
    output: str
    reason: BindingReason
    score: float
    detail: str = ""

    def line_in(self, pipeline: Pipeline) -> int | None:
        """Where a pipeline's file joins the two: the edge that names the ports, else the one between the nodes."""
        found = [
            edge
            for edge in pipeline.edges
            if (edge.source, edge.target) == (self.source, self.step)
            and edge.output in (None, self.output)
            and edge.input in (None, self.input)
        ]
        # False sorts first: an edge with ports before one without.
        found.sort(key=lambda edge: (edge.output is None, edge.input is None, edge.line or 0))
        return found[0].line if found else None


@dataclass(frozen=True, slots=True)
class ExternalInput:
    """Data that enters the pipeline from outside: ``uri`` feeds ``input`` of ``step``."""

    step: str
    input: str
    uri: str | Get


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that takes part in a step.

    :param name: its place below the folder of its workspace.
    :param path: absolute; left out of the JSON, which is the same on every machine.
    """

    kind: ComponentKind
    workspace: str
    name: str
    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class CodeBundle:
    """Code that travels with a step as one content-addressed archive.

    :param digest: SHA-256 (hex) of the archive's normalised content.
    :param entry_point: the script's path inside the archive.
    :param files: path inside the archive -> absolute path on disk, sorted.
    """

    digest: str
    entry_point: str
    files: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step, ready to be rendered or run.

    :param name: node name.
    :param workspace: workspace whose files are used (after shared and core were searched).
    :param step: canonical step name.
    :param type: SageMaker pipeline step type: ``Processing``, ``Training``, ``Transform``, ``Model``, …
    :param request: the step's ``Arguments``: the Create…Job request without its name, with references in it.
    :param environment: environment variables, resolved.
    :param arguments: job arguments, name -> value, resolved.
    :param hyperparameters: for training steps, values as JSON-able scalars; else empty.
    :param depends_on: nodes that must finish first, sorted.
    :param options: ``CacheConfig``, ``RetryPolicies``, ``PropertyFiles`` by those names.
    :param code_uri: where the archive of ``code`` has to be when the step runs, ``s3://…``.
    :param builder: ``<module file>:<class>`` of a hand-written builder, or None when it was built from the interface.
    """

    name: str
    workspace: str
    step: str
    type: str
    job_type: str | None
    contract: Contract | None
    spec: Spec
    request: Mapping[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[PlannedFile, ...] = ()
    code: CodeBundle | None = None
    builder: str | None = None
    code_uri: str | Get | Join | None = None

    @property
    def reference(self) -> str:
        """``<workspace>/<Step>``."""
        return reference(self.workspace, self.step)

    def to_json(self) -> dict[str, Any]:
        """Plain values; no absolute path of this machine in them."""
        return {
            "name": self.name,
            "reference": self.reference,
            "workspace": self.workspace,
            "step": self.step,
            "type": self.type,
            "job_type": self.job_type,
            "depends_on": list(self.depends_on),
            "environment": dict(self.environment),
            "arguments": dict(self.arguments),
            "hyperparameters": dict(self.hyperparameters),
            "options": plain(self.options),
            "builder": self.builder,
            "files": [
                {"kind": f.kind.value, "workspace": f.workspace, "name": f.name, "sha256": f.sha256} for f in self.files
            ],
            "code": None
            if self.code is None
            else {
                "digest": self.code.digest,
                "entry_point": self.code.entry_point,
                "files": sorted(self.code.files),
                "uri": plain(self.code_uri),
            },
            "request": plain(self.request),
        }


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    """A pipeline with every name resolved and every input bound; steps stand in execution order.

    :param findings: warnings met on the way; they change nothing about the plan and do not count when plans are
        compared.
    """

    name: str
    steps: tuple[PlannedStep, ...]
    bindings: tuple[Binding, ...]
    external_inputs: tuple[ExternalInput, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    description: str = ""
    shared: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    def step(self, name: str) -> PlannedStep:
        """The step of that node name; ``KeyError`` when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def bindings_of(self, step: str) -> tuple[Binding, ...]:
        """The bindings that feed ``step``."""
        return tuple(b for b in self.bindings if b.step == step)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the same on every machine."""
        return {
            "name": self.name,
            "description": self.description,
            "parameters": [
                {"name": p.name, "type": p.type, "default": p.default}
                | ({"values": list(p.values)} if p.values else {})
                for p in self.parameters
            ],
            "steps": [s.to_json() for s in self.steps],
            "bindings": [
                {
                    "step": b.step,
                    "input": b.input,
                    "source": b.source,
                    "output": b.output,
                    "reason": b.reason.value,
                    "score": round(b.score, 4),
                    "detail": b.detail,
                }
                for b in self.bindings
            ],
            "external_inputs": [{"step": e.step, "input": e.input, "uri": plain(e.uri)} for e in self.external_inputs],
        }
