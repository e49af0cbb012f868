"""Inputs that cannot be wired; each says which candidates there were and which port to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cursus.errors import PipelineError, did_you_mean


@dataclass(frozen=True, slots=True)
class Candidate:
    """An output that might feed an input.

    :param reason: why it does not, or an empty string.
    """

    source: str
    output: str
    score: float
    reason: str = ""

    def __str__(self) -> str:
        why = f", {self.reason}" if self.reason else ""
        return f"{self.source}.{self.output} ({self.score:.2f}{why})"


def port_text(source: str, output: str, target: str, into: str) -> str:
    """An edge with ports as it is written in a pipeline file."""
    return f"{source}.{output} -> {target}.{into}"


class WiringError(PipelineError):
    """An input of a node that cannot be wired.

    :param step: the consuming node.
    :param input: logical name of its input.
    :param candidates: the outputs considered, best first.
    """

    code = "wiring"

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        step: str,
        input: str,  # noqa: A002 - what it is called everywhere
        candidates: Sequence[Candidate] = (),
        line: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, step=step, line=line)
        self.input = input
        self.candidates = tuple(candidates)


class UnsatisfiedInput(WiringError):
    """A required input that nothing feeds."""

    code = "unsatisfied-input"

    def __init__(
        self, step: str, reference: str, port: str, offered: Sequence[Candidate], others: Sequence[Candidate]
    ) -> None:
        candidates = (*offered, *others)
        if offered:
            why = f"no output that an edge offers it fits: {_listing(offered)}"
        else:
            why = "no edge offers it an output"
        elsewhere = f" Elsewhere in the pipeline: {_listing(others)}." if others else ""
        usable = [c for c in candidates if not c.reason] or [c for c in candidates if "stand for" not in c.reason]
        outside = f"give it from outside under steps.{step}.inputs.{port}"
        if usable:
            example = port_text(usable[0].source, usable[0].output, step, port)
            hint = f"Write the port, for example: {example}; or {outside}."
        else:
            hint = f"{outside[0].upper()}{outside[1:]}, or add a step that produces it and an edge with its port."
        super().__init__(
            f"Required input '{port}' of '{step}' ({reference}) is not fed: {why}.{elsewhere}",
            hint=hint,
            step=step,
            input=port,
            candidates=candidates,
        )


class AmbiguousInput(WiringError):
    """An input that several outputs fit about equally well."""

    code = "ambiguous-input"

    def __init__(self, step: str, reference: str, port: str, candidates: Sequence[Candidate], why: str) -> None:
        ports = [port_text(c.source, c.output, step, port) for c in candidates[:3]]
        super().__init__(
            f"Input '{port}' of '{step}' ({reference}) is ambiguous: {why}: {_listing(candidates)}.",
            hint="Write the one you mean: " + "   or   ".join(ports),
            step=step,
            input=port,
            candidates=candidates,
        )


class UnknownPort(WiringError):
    """An edge, or data from outside, names a port that the step does not have."""

    code = "unknown-port"

    def __init__(
        self,
        node: str,
        reference: str,
        kind: str,
        port: str,
        known: Sequence[str],
        *,
        edge: str,
        line: int | None = None,
    ) -> None:
        super().__init__(
            f"'{edge}': step '{node}' ({reference}) has no {kind} '{port}'.{did_you_mean(port, known)} "
            f"Its {kind}s: {', '.join(known) or 'none'}.",
            hint=f"Name one of its {kind}s in the edge, or leave the port out to have it chosen.",
            step=node,
            input=port if kind == "input" else "",
            line=line,
        )
        self.port = port


class UnusedPort(WiringError):
    """An edge names an output, but no open input of the target takes it."""

    code = "unused-port"

    def __init__(
        self, step: str, reference: str, source: str, output: str, inputs: Sequence[str], line: int | None
    ) -> None:
        example = port_text(source, output, step, inputs[0] if inputs else "INPUT")
        super().__init__(
            f"'{source}.{output} -> {step}' feeds nothing: no open input of {reference} clearly takes it. "
            f"Inputs still open: {', '.join(inputs) or 'none'}.",
            hint=f"Write the input too, for example: {example}",
            step=step,
            input="",
            line=line,
        )


class UnknownNode(PipelineError):
    """An edge names a node that the pipeline does not have."""

    code = "unknown-node"

    def __init__(self, edge: str, node: str, known: Sequence[str], line: int | None) -> None:
        super().__init__(
            f"'{edge}' names '{node}', which is no step of the pipeline.{did_you_mean(node, known)} "
            f"Its steps: {', '.join(known) or 'none'}.",
            hint="Correct the name, or add the step.",
            step=node,
            line=line,
        )


class TypeClash(WiringError):
    """A port was named explicitly, or matches by name, but what flows there is of another type."""

    code = "type-clash"

    def __init__(self, step: str, reference: str, port: str, candidate: Candidate, line: int | None = None) -> None:
        super().__init__(
            f"'{port_text(candidate.source, candidate.output, step, port)}' joins ports of different types: "
            f"{candidate.reason} ({reference}).",
            hint="Correct the types in the specs of the two steps, or name another port.",
            step=step,
            input=port,
            candidates=(candidate,),
            line=line,
        )


def _listing(candidates: Sequence[Candidate], most: int = 6) -> str:
    shown = ", ".join(str(c) for c in candidates[:most])
    return shown + (f" and {len(candidates) - most} more" if len(candidates) > most else "")
