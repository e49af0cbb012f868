"""What the published compiler says about a graph, beyond the definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cursus.model.finding import Finding, Severity
from cursus.model.plan import Binding


@dataclass(frozen=True, slots=True)
class NodeResolution:
    """What one node of a graph means.

    :param reference: ``<workspace>/<Step>`` of the step it uses, or None when that could not be resolved.
    :param config_key: key of its config in the config file, or None when the graph itself carries the config.
    :param config_class: class of that config, as the file says.
    :param files: kind of component -> ``<workspace>/<place in its folder>``.
    :param finding: why it could not be resolved, or None.
    """

    node: str
    reference: str | None
    job_type: str | None = None
    config_key: str | None = None
    config_class: str | None = None
    files: Mapping[str, str] | None = None
    finding: Finding | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node": self.node,
            "reference": self.reference,
            "job_type": self.job_type,
            "config_key": self.config_key,
            "config_class": self.config_class,
            "files": dict(self.files or {}),
            "finding": None if self.finding is None else self.finding.to_json(),
        }


@dataclass(frozen=True, slots=True)
class ResolutionPreview:
    """What each node of a graph would be built from; nothing is built for it, and no workspace code runs."""

    nodes: tuple[NodeResolution, ...]

    @property
    def complete(self) -> bool:
        """True when there is a node, and every one was resolved."""
        return bool(self.nodes) and not self.findings

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why nodes could not be resolved."""
        return tuple(node.finding for node in self.nodes if node.finding is not None)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "complete": self.complete,
            "nodes": [node.to_json() for node in self.nodes],
            "findings": [finding.to_json() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Whether a graph compiles with the configs it is given, and everything that stands against it."""

    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """True when no finding is an error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the graph from being compiled."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What does not, but is probably not meant."""
        return tuple(f for f in self.findings if f.severity is not Severity.ERROR)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"valid": self.valid, "findings": [finding.to_json() for finding in self.findings]}


@dataclass(frozen=True, slots=True)
class CompilationReport:
    """How a compiled pipeline came about.

    :param bindings: which output feeds which input, each with its reason.
    :param findings: warnings about configs that no node uses, and of the definition's validation.
    :param sha256: digest of the definition's text.
    """

    pipeline_name: str
    nodes: tuple[NodeResolution, ...]
    bindings: tuple[Binding, ...]
    findings: tuple[Finding, ...]
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "pipeline_name": self.pipeline_name,
            "nodes": [node.to_json() for node in self.nodes],
            "bindings": [
                {
                    "step": b.step,
                    "input": b.input,
                    "source": b.source,
                    "output": b.output,
                    "reason": b.reason.value,
                    "detail": b.detail,
                }
                for b in self.bindings
            ],
            "findings": [finding.to_json() for finding in self.findings],
            "sha256": self.sha256,
        }
