"""A step and a workspace as a check sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from cursus.errors import CursusError
from cursus.model.facts import Import, ModuleFacts
from cursus.model.finding import Finding
from cursus.model.step import Contract, Spec, Step, StepEntry
from cursus.model.workspace import Component, ComponentKind, Workspace
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.building import Built, build_variants
from cursus.validation.analysis.modules import Target, package_of, target_of
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.reach import Reach, reaches
from cursus.validation.analysis.source import Sources
from cursus.validation.analysis.suppression import Suppression, suppressions
from cursus.workspace.layout import DEVELOPERS

T = TypeVar("T", covariant=True)


class Subject(Protocol):
    """What findings about files can be about: a workspace, or a pipeline."""

    @property
    def workspace(self) -> Workspace | None:
        """The workspace; None for a pipeline of the whole team."""

    @property
    def root(self) -> Path:
        """The workspace root."""

    @property
    def step_of(self) -> Mapping[Path, str]:
        """File -> name of the step it belongs to."""


class Part(StrEnum):
    """What a step consists of."""

    SCRIPT = "script"
    CONTRACT = "contract"
    SPEC = "spec"
    BUILDER = "builder"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One part of a step: a value, or absent, or there but not known for a reason.

    Both can be set for a part of several files, one of which is broken.

    :param value: what was read; None when there is nothing that could be.
    :param problem: why (some of) it could not be read; None when there is nothing to complain of.
    """

    value: T | None = None
    problem: str | None = None

    @property
    def absent(self) -> bool:
        """No file states this part."""
        return self.value is None and self.problem is None


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file with what reading it tells."""

    path: Path
    facts: ModuleFacts


@dataclass(frozen=True)
class StepSubject:
    """One step of one workspace, all its job variants together.

    :param name: canonical name; CamelCase of the file name when nothing states one that can be read.
    :param components: the files of the step in this workspace.
    :param variants: the step as the catalog knows it, one for each job variant; empty when a file of it is broken.
    :param entry: its registry row, when known.
    :param doubt: why ``entry`` may be another than the workspace means; None when nothing is wrong with its overlay.
    :param files: the text of the workspace's files.
    """

    workspace: Workspace
    name: str
    components: tuple[Component, ...]
    variants: tuple[Step, ...]
    entry: StepEntry | None
    doubt: str | None
    catalog: StepCatalog
    offers: Offers
    files: Sources
    read_script: Reading[Module]
    read_contract: Reading[Contract]
    read_specs: Reading[tuple[Spec, ...]]
    read_builder: Reading[Module]
    read_config: Reading[Module]

    @cached_property
    def _readings(self) -> Mapping[Part, Reading[object]]:
        return {
            Part.SCRIPT: self.read_script,
            Part.CONTRACT: self.read_contract,
            Part.SPEC: self.read_specs,
            Part.BUILDER: self.read_builder,
            Part.CONFIG: self.read_config,
        }

    def reading(self, part: Part) -> Reading[object]:
        """That part with its state."""
        return self._readings[part]

    @property
    def script(self) -> Module:
        """The script; only for checks that need it, ``LookupError`` otherwise."""
        return _known(self.read_script, Part.SCRIPT)

    @property
    def contract(self) -> Contract:
        """The contract; only for checks that need it, ``LookupError`` otherwise."""
        return _known(self.read_contract, Part.CONTRACT)

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The spec of every job variant; only for checks that need it, ``LookupError`` otherwise."""
        return _known(self.read_specs, Part.SPEC)

    @property
    def builder(self) -> Module:
        """The builder's module; only for checks that need it, ``LookupError`` otherwise."""
        return _known(self.read_builder, Part.BUILDER)

    @property
    def config(self) -> Module:
        """The config's module; only for checks that need it, ``LookupError`` otherwise."""
        return _known(self.read_config, Part.CONFIG)

    @cached_property
    def built(self) -> tuple[Built, ...]:
        """Every job variant as it comes out when it is built; runs the workspace's builder in a child process."""
        return build_variants(self.catalog, self.variants)

    @property
    def sagemaker_type(self) -> str | None:
        """``Processing``, ``Training``, …; None when no readable row says so."""
        return self.entry.sagemaker_step_type if self.entry else None

    def port_line(self, path: Path | None, name: str) -> int | None:
        """Where the file that states a spec as well as the contract states this port; None when it is not known."""
        for spec in self.read_specs.value or ():
            port = (spec.dependency(name) or spec.output(name)) if spec.source == path else None
            if port is not None:
                return port.line
        return None

    def file(self, kind: ComponentKind) -> Path | None:
        """The step's file of that kind, the first when there are several, or None."""
        return next((c.path for c in self.components if c.kind is kind), None)


@dataclass(frozen=True)
class WorkspaceSubject:
    """One workspace with its steps and all Python files of its package.

    :param modules: file -> what reading it tells, or the error that says why it cannot be read; sorted.
    :param files: the text of its files.
    :param errors: of contracts, specs, manifests and ``workspace.toml`` that cannot be read for what they should be.
    :param others: ids of the other developers' workspaces under the same root.
    :param scanned: what the scan refused or found misnamed here.
    :param problems: what the catalog found here.
    :param declared: packages that contracts of this workspace name in ``framework_requirements``.
    """

    workspace: Workspace
    root: Path
    catalog: StepCatalog
    steps: tuple[StepSubject, ...]
    modules: Mapping[Path, ModuleFacts | CursusError]
    files: Sources
    offers: Offers
    errors: tuple[CursusError, ...]
    others: tuple[str, ...]
    scanned: tuple[Finding, ...] = ()
    problems: tuple[Finding, ...] = ()
    owner: str | None = None
    declared: frozenset[str] = frozenset()

    @cached_property
    def reported(self) -> tuple[Finding, ...]:
        """What lower rooms found here while reading files and the registry: each place and code once."""
        errors = [e for e in self.modules.values() if isinstance(e, CursusError)]
        found = [Finding.from_error(e) for e in (*errors, *self.errors)]
        unique: dict[tuple[str, str, int], Finding] = {}
        for finding in (*found, *self.scanned, *self.problems):
            step = (self.step_of.get(finding.file) if finding.file else None) or finding.step
            placed = replace(finding, workspace=self.workspace.id, step=step)
            unique.setdefault((finding.code, str(finding.file), finding.line or 0), placed)
        return tuple(unique.values())

    @cached_property
    def reached(self) -> Mapping[Path, tuple[Reach, ...]]:
        """File -> places where it reaches out by other means than import statements; readable files only."""
        words = frozenset({DEVELOPERS})
        readable = [p for p, facts in self.modules.items() if not isinstance(facts, CursusError)]
        return {p: reaches(self.sources[p], words) for p in readable}

    @cached_property
    def imports(self) -> Mapping[Path, tuple[tuple[Import, Target | None], ...]]:
        """File -> its imports, and what those of the workspace's own package mean; readable files only."""
        found: dict[Path, tuple[tuple[Import, Target | None], ...]] = {}
        folder, package = None, None
        for path, facts in self.modules.items():  # sorted, so that those of a folder follow one another
            if not isinstance(facts, CursusError):
                if path.parent != folder:
                    folder = path.parent
                    package = package_of(folder, self.workspace)
                found[path] = tuple((i, target_of(i, package)) for i in facts.imports)
        return found

    @cached_property
    def sources(self) -> Mapping[Path, bytes]:
        """File -> its bytes, for every Python file and manifest; empty for what cannot be read."""
        manifests = (c.path for s in self.steps for c in s.components if c.kind is ComponentKind.INTERFACE)
        return {p: self.files.of(p) for p in (*self.modules, *dict.fromkeys(manifests))}

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """Comments by which findings in files of this workspace are accepted."""
        return tuple(found for path, source in self.sources.items() for found in suppressions(path, source))

    @cached_property
    def step_of(self) -> Mapping[Path, str]:
        """File -> name of the step it belongs to."""
        return {c.path: s.name for s in self.steps for c in s.components}


def _known(reading: Reading[T], part: Part) -> T:
    if reading.value is None:
        raise LookupError(f"the {part} of this step is not known; a check that reads it must list it in 'needs'")
    return reading.value
