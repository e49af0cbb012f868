"""Everything that is wrong with a pipeline, told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cursus.core.assembler.errors import SeveralProblems
from cursus.errors import CursusError
from cursus.model.finding import Finding
from cursus.model.pipeline import Pipeline


class Problems:
    """Errors of the nodes of one pipeline, in the order they were met."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._errors: dict[Finding, CursusError] = {}

    @contextmanager
    def of(self, node: str, workspace: str) -> Iterator[None]:
        """Note an error raised in the block instead of letting it end the planning."""
        try:
            yield
        except CursusError as error:
            self.add(error, node, workspace)

    def add(self, error: CursusError, node: str, workspace: str) -> None:
        """Note an error, and give it what it cannot know itself: the node, and its line in the pipeline file.

        One that has a place already is left as it is. The others are given theirs on a copy: the error may be the
        answer that the catalog keeps for everybody.
        """
        if error.file is None:
            error = _copy(error)
            place = self.pipeline.node(node)
            error.file, error.line = self.pipeline.source, None if place is None else place.line
            error.workspace = error.workspace or workspace
            error.step = error.step or node
        self._errors.setdefault(Finding.from_error(error), error)

    @property
    def errors(self) -> list[CursusError]:
        """What was noted."""
        return list(self._errors.values())

    def refuse(self) -> None:
        """Raise what was noted: one error as it is, several as :class:`SeveralProblems`."""
        errors = self.errors
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise SeveralProblems(self.pipeline.name, errors, self.pipeline.source)


def _copy(error: CursusError) -> CursusError:
    """The same error as an object of its own; ``copy.copy`` would call the class with other arguments than it takes."""
    copied = type(error).__new__(type(error), *error.args)
    vars(copied).update(vars(error))
    copied.__cause__ = error.__cause__
    return copied.with_traceback(error.__traceback__)
