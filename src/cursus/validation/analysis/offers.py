"""What the steps of all workspaces offer one another, and what of it a workspace has asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cursus.errors import CursusError
from cursus.model.step import DependencyType, Output, Spec, Step
from cursus.model.workspace import fold
from cursus.registry.catalog import StepCatalog
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.names import split_job
from cursus.validation.analysis.contents import Contents, text_digest
from cursus.validation.analysis.modules import exists


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as others see it.

    :param reference: ``<workspace>/<Step>``.
    :param outputs: what it puts out, as far as it decides what that can be wired to; None when reading does not tell.
    """

    reference: str
    outputs: tuple[Output, ...] | None


@dataclass(frozen=True, slots=True)
class _Face:
    """A workspace as others see it.

    :param offers: folded step name -> the job variants of the step.
    :param names: of its steps.
    :param broken: folded names of steps that are there but cannot be read.
    """

    offers: Mapping[str, tuple[Offer, ...]]
    names: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()


class Offers:
    """Every readable step under one root and of the core; read once, when first asked.

    :param contents: by which what a workspace offers is kept between processes.
    """

    def __init__(self, catalog: StepCatalog, contents: Contents | None = None) -> None:
        self.contents = contents or Contents(catalog.index)
        self._catalog = catalog
        self._rows_of: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()
        self._answers: dict[str, str] = {}

    def producers(self, source: str) -> tuple[Offer, ...]:
        """The steps that a ``compatible_sources`` entry may mean: ``Step``, ``Step_Job`` or ``workspace/Step``."""
        self._asked.add(f"producers:{source}")
        workspace, _, name = source.rpartition("/")
        key = fold(split_job(name)[0])
        return tuple(offer for owner, offer in self._by_key.get(key, ()) if workspace in ("", owner))

    def broken(self, source: str) -> str | None:
        """``<workspace>/<name>`` of a step that the name may mean and that is there but cannot be read; else None."""
        self._asked.add(f"broken:{source}")
        workspace, _, name = source.rpartition("/")
        keys = {fold(name), fold(split_job(name)[0])}
        owners = (owner for owner, broken in self._broken.items() if workspace in ("", owner) and keys & broken)
        return next((f"{owner}/{name}" for owner in owners), None)

    def registered(self, source: str, workspace_id: str) -> bool:
        """Whether the name is that of a registry row, with or without files, seen from ``workspace_id``."""
        workspace, _, name = source.rpartition("/")
        if workspace and workspace not in self._catalog.index.tree.by_id:
            return False
        return bool({fold(name), fold(split_job(name)[0])} & self._rows(workspace_id))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all steps that are there, for suggestions."""
        self._asked.add("names:")
        return self._names

    def elsewhere(self, dotted: str, workspaces: Collection[str]) -> str | None:
        """The first of these workspaces that has a module or package of that name; None when none has."""
        self._asked.add(f"elsewhere:{dotted} {' '.join(sorted(workspaces))}")
        tree = self._catalog.index.tree
        return next((w.id for w in tree.workspaces if w.id in workspaces and exists(w, dotted)), None)

    @contextmanager
    def noting(self) -> Iterator[dict[str, str]]:
        """Everything that is asked in the meantime, there at the end: question -> digest of the answer."""
        noted: dict[str, str] = {}
        before, self._asked = self._asked, set()
        try:
            yield noted
            noted.update({question: self.answer(question) for question in sorted(self._asked)})
        finally:
            self._asked = before

    def answer(self, question: str) -> str:
        """The digest of what is answered now to a question that :meth:`noting` has noted."""
        if question not in self._answers:
            self._answers[question] = self._answer(question)
        return self._answers[question]

    def _answer(self, question: str) -> str:
        kind, _, what = question.partition(":")
        dotted, *workspaces = what.split(" ")
        answers: Mapping[str, Callable[[], object]] = {
            "producers": lambda: self.producers(what),
            "broken": lambda: self.broken(what),
            "names": lambda: self.names,
            "elsewhere": lambda: self.elsewhere(dotted, workspaces),
        }
        return text_digest([answers[kind]()])

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted({name for face in self._faces.values() for name in face.names}))

    @cached_property
    def _broken(self) -> Mapping[str, frozenset[str]]:
        """The workspaces that have broken steps."""
        return {owner: face.broken for owner, face in self._faces.items() if face.broken}

    @cached_property
    def _by_key(self) -> Mapping[str, list[tuple[str, Offer]]]:
        """Folded step name -> workspace and offer of every step that has it, in the order of the tree."""
        found: dict[str, list[tuple[str, Offer]]] = {}
        for owner, face in self._faces.items():
            for key, several in face.offers.items():
                found.setdefault(key, []).extend((owner, offer) for offer in several)
        return found

    @cached_property
    def _faces(self) -> Mapping[str, _Face]:
        """In the order of the tree."""
        return {w.id: self._face(w.id) for w in self._catalog.index.tree.workspaces}

    def _face(self, workspace_id: str) -> _Face:
        seen, place = self.contents.seen_by(workspace_id), f"face {workspace_id}"
        key = None if seen is None else text_digest([seen, self.contents.program])
        kept = self._catalog.index.recall(place) if key else None
        if kept is not None:
            values = json.loads(kept)
            if values.get("key") == key:
                return _decoded(values)
        face = self._read(workspace_id)
        if key is not None and self.contents.unchanged(workspace_id):
            self._catalog.index.keep(place, json.dumps({"key": key, **_encoded(face)}))
        return face

    def _read(self, workspace_id: str) -> _Face:
        try:
            steps = self._catalog.steps(workspace_id)
        except CursusError:
            # That workspace's own validation reports it; the others' offers stand.
            return _Face({})
        offers: dict[str, tuple[Offer, ...]] = {}
        for step in steps:
            offers[step.key] = (*offers.get(step.key, ()), _offer(step))
        names = tuple(dict.fromkeys(step.name for step in steps))
        return _Face(offers, names, frozenset(self._catalog.layer(workspace_id).errors))

    def _rows(self, workspace_id: str) -> frozenset[str]:
        """Folded names of the rows; the core's only when the workspace's own overlay is broken."""
        if workspace_id not in self._rows_of:
            try:
                names = {*self._catalog.rows(workspace_id), *CORE_ROWS}
            except CursusError:
                # Reported where the overlay is read.
                names = {*CORE_ROWS}
            self._rows_of[workspace_id] = frozenset(fold(name) for name in names)
        return self._rows_of[workspace_id]


def _offer(step: Step) -> Offer:
    if not isinstance(step.spec, Spec):
        return Offer(step.reference, None)
    return Offer(step.reference, tuple(_output(o.name, o.type, o.data_type) for o in step.spec.outputs))


def _output(name: str, kind: DependencyType, data_type: str) -> Output:
    return Output(name, kind, "", data_type=data_type)


def _encoded(face: _Face) -> dict[str, Any]:
    offers = {
        key: [[o.reference, o.outputs and [[p.name, p.type.value, p.data_type] for p in o.outputs]] for o in several]
        for key, several in face.offers.items()
    }
    return {"offers": offers, "names": face.names, "broken": sorted(face.broken)}


def _decoded(values: Mapping[str, Any]) -> _Face:
    offers = {key: tuple(Offer(o[0], _outputs(o[1])) for o in several) for key, several in values["offers"].items()}
    return _Face(offers, tuple(values["names"]), frozenset(values["broken"]))


def _outputs(values: Any) -> tuple[Output, ...] | None:
    return None if values is None else tuple(_output(name, DependencyType(kind), data) for name, kind, data in values)
