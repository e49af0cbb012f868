"""Whether a table that one step puts out can be read by the step that takes it, by the columns both contracts state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cursus.errors import did_you_mean
from cursus.model.plan import Binding
from cursus.model.step import Contract, Spec, Step

#: Columns are named in full up to so many.
_MOST = 5


@dataclass(frozen=True, slots=True)
class ColumnClash:
    """A binding whose two ends do not agree about columns.

    :param why: as the end of a sentence.
    """

    binding: Binding
    producer: Step
    consumer: Step
    why: str

    def told(self, pipeline: str) -> str:
        """The clash as a sentence about ``pipeline``."""
        return (
            f"In pipeline '{pipeline}' {self.producer.reference} feeds '{self.binding.input}' of "
            f"{self.consumer.reference}, but {self.why}."
        )

    @property
    def hint(self) -> str:
        """What to do about it."""
        return column_hint(self.producer, self.binding.output, self.consumer, self.binding.input)


def column_clashes(steps: Mapping[str, Step], bindings: Iterable[Binding]) -> Iterator[ColumnClash]:
    """The bindings whose columns clash, in their order.

    :param steps: node -> step.
    """
    for binding in bindings:
        producer, consumer = steps[binding.source], steps[binding.step]
        why = column_clash(producer, binding.output, consumer, binding.input)
        if why:
            yield ColumnClash(binding, producer, consumer, why)


def columns(step: Step, port: str) -> Mapping[str, str] | None:
    """Column -> type name at an input or output; None where the contract states none, or cannot be read.

    The contract may know an output by an alias of the spec's.
    """
    if not isinstance(step.contract, Contract) or not step.contract.schemas:
        return None
    output = step.spec.output(port) if isinstance(step.spec, Spec) else None
    names = (port, output.name, *output.aliases) if output is not None and port not in step.contract.inputs else (port,)
    return next((step.contract.schemas[name] for name in names if step.contract.schemas.get(name)), None)


def column_clash(producer: Step, output: str, consumer: Step, taken_as: str) -> str | None:
    """What ``consumer`` takes as its input ``taken_as`` that ``output`` does not have, as the end of a sentence.

    None when every column that is taken is given as a type that it can be read as, and when one side states nothing.
    """
    given, taken = columns(producer, output), columns(consumer, taken_as)
    if given is None or taken is None:
        return None
    missing = sorted(taken.keys() - given.keys())
    other = [
        f"column '{c}' of '{output}' is {given[c]}, not {taken[c]}"
        for c in sorted(taken.keys() & given.keys())
        if not _is_readable(given[c], taken[c])
    ]
    lacking = [f"'{output}' has no column {_listing(missing)}"] if missing else []
    return "; ".join([*lacking, *other[:_MOST]]) or None


def column_hint(producer: Step, output: str, consumer: Step, taken_as: str) -> str:
    """What to do about a clash: where the columns are stated, and a name that a missing one may stand for."""
    given, taken = columns(producer, output) or {}, columns(consumer, taken_as) or {}
    missing, spare = sorted(taken.keys() - given.keys()), given.keys() - taken.keys()
    near = [f" Column '{name}':{meant}" for name in missing[:_MOST] if (meant := did_you_mean(name, spare))]
    return f"Agree in the schemas of {producer.reference} and {consumer.reference}.{''.join(near)}"


def _is_readable(given: str, taken: str) -> bool:
    """Whether a column written as one type can be read as the other."""
    return given == taken or (given, taken) in {("int", "float"), ("bool", "int")} or taken == "str"


def _listing(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
