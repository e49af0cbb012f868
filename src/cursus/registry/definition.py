"""One step of one workspace, put together from its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from cursus.model.manifest import Manifest
from cursus.model.step import Contract, Opaque, Spec, Step, StepEntry
from cursus.model.workspace import Component, ComponentKind, Workspace, fold
from cursus.registry.errors import IncompleteStep, StepConflict, UnknownJob
from cursus.registry.names import camel_case, split_job
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import JOBS

#: Kinds of which any one makes a step; a builder or config alone belongs to a step defined elsewhere.
DEFINING = (ComponentKind.SCRIPT, ComponentKind.CONTRACT, ComponentKind.SPEC, ComponentKind.INTERFACE)

#: Container paths that only training jobs have.
_TRAINING_PATHS = (PurePosixPath("/opt/ml/input/data"), PurePosixPath("/opt/ml/model"))


@dataclass(frozen=True)
class Definition:
    """Everything that states one step, before a job type is chosen.

    :param specs: by job type; the key None is the spec that is bound to none.
    :param components: by kind, without the specs.
    :param jobs: job types declared in a manifest; empty means any.
    """

    workspace: str
    name: str
    entry: StepEntry
    contract: Contract | Opaque | None
    specs: Mapping[str | None, Spec | Opaque]
    components: Mapping[ComponentKind, Component]
    spec_components: Mapping[str | None, Component] = field(default_factory=dict)
    compute: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    jobs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The folded canonical name."""
        return fold(self.name)

    def variants(self) -> tuple[Step, ...]:
        """The step without a job type, unless all its specs are of one, and the step of each spec."""
        jobs = sorted(job for job in self.specs if job is not None)
        plain = [None] if None in self.specs or not jobs else []
        return tuple(self.variant(job) for job in [*plain, *jobs])

    def variant(self, job: str | None) -> Step:
        """The step for one job type.

        :raises UnknownJob: it is not made for it, or has a spec for each job type and ``job`` is None.
        """
        own = sorted(j for j in self.specs if j is not None)
        allowed = own if self.specs and None not in self.specs else self.jobs or JOBS
        if (job is None and own and None not in self.specs) or (job is not None and job not in (*allowed, *own)):
            raise UnknownJob(self.workspace, self.name, job, tuple(allowed))
        stated = job if job in self.specs else None
        components = dict(self.components)
        if stated in self.spec_components:
            components[ComponentKind.SPEC] = self.spec_components[stated]
        return Step(
            workspace=self.workspace,
            name=self.name,
            entry=self.entry,
            components=components,
            contract=self.contract,
            spec=self._spec(stated, job),
            job_type=job,
            compute=self.compute,
            defaults=self.defaults,
        )

    def _spec(self, stated: str | None, job: str | None) -> Spec | Opaque | None:
        spec = self.specs.get(stated)
        if isinstance(spec, Spec) and job is not None and stated is None:
            return replace(spec, step_type=f"{spec.step_type}_{job.capitalize()}")
        return spec

    def places(self) -> list[str]:
        """``<workspace>: <file name>`` of the file that says most about the step."""
        order = (ComponentKind.INTERFACE, ComponentKind.CONTRACT, ComponentKind.SPEC, ComponentKind.SCRIPT)
        files = [*self.components.values(), *self.spec_components.values()]
        stated = min(files, key=lambda c: (order.index(c.kind) if c.kind in order else len(order), c), default=None)
        return [f"{self.workspace}: {stated.path.name}" if stated else f"{self.workspace}: {self.name}"]


def group(components: Iterable[Component]) -> dict[str, list[Component]]:
    """Components by the folded step name of their files, in stable order."""
    groups: dict[str, list[Component]] = defaultdict(list)
    for component in sorted(components):
        groups[fold(component.step)].append(component)
    return dict(sorted(groups.items()))


def read_definition(
    workspace: Workspace,
    files: Sequence[Component],
    rows: Sequence[Mapping[str, StepEntry]],
    scripts: Mapping[str, Component],
    index: WorkspaceIndex,
) -> Definition:
    """The step that the files of one group state.

    :param rows: registry rows by folded name, the table that wins first; the first is the workspace's own.
    :param scripts: the workspace's scripts by file name.
    :raises StepConflict: two files state the same thing.
    :raises IncompleteStep: no file states the step.
    :raises FileError: a contract, spec or manifest is broken.
    """
    _refuse_two_of_a_kind(workspace, files)
    components: dict[ComponentKind, Component] = {c.kind: c for c in files if c.kind is not ComponentKind.SPEC}
    specs: dict[str | None, Component] = {c.job: c for c in files if c.kind is ComponentKind.SPEC}
    if not specs and not any(kind in components for kind in DEFINING):
        raise IncompleteStep(workspace.id, files[0].step, [c.path for c in files])
    if ComponentKind.INTERFACE in components:
        manifest = index.manifest(components[ComponentKind.INTERFACE])
        return _from_manifest(workspace, manifest, components, rows[0], scripts)
    return _from_python(workspace, files[0].step, components, specs, rows, scripts, index)


def _from_manifest(
    workspace: Workspace,
    manifest: Manifest,
    components: dict[ComponentKind, Component],
    own_rows: Mapping[str, StepEntry],
    scripts: Mapping[str, Component],
) -> Definition:
    row = own_rows.get(fold(manifest.step))
    if row is not None and row.name != manifest.step:
        raise StepConflict(
            f"The manifest calls the step '{manifest.step}', the registry row calls it '{row.name}'.",
            [f"{workspace.id}: {manifest.path.name}", f"{workspace.id}: workspace_registry.py"],
            hint="Use one spelling in both.",
            workspace=workspace.id,
            step=manifest.step,
            file=manifest.path,
        )
    return Definition(
        workspace=workspace.id,
        name=manifest.step,
        entry=row or manifest.entry,
        contract=manifest.contract,
        specs={None: manifest.spec},
        components=_with_script(components, manifest.contract, scripts),
        compute=manifest.compute,
        defaults=manifest.defaults,
        jobs=manifest.jobs,
    )


def _from_python(
    workspace: Workspace,
    step: str,
    components: dict[ComponentKind, Component],
    spec_components: Mapping[str | None, Component],
    rows: Sequence[Mapping[str, StepEntry]],
    scripts: Mapping[str, Component],
    index: WorkspaceIndex,
) -> Definition:
    stated = components.get(ComponentKind.CONTRACT)
    contract = index.contract(stated) if stated else None
    specs = {job: index.spec(component) for job, component in spec_components.items()}
    row = next((table[fold(step)] for table in rows if fold(step) in table), None)
    name = row.name if row else _name_from_specs(step, specs)
    return Definition(
        workspace=workspace.id,
        name=name,
        entry=row or default_entry(name, contract),
        contract=contract,
        specs=specs,
        components=components if stated is None else _with_script(components, contract, scripts),
        spec_components=spec_components,
    )


def default_entry(name: str, contract: Contract | Opaque | None) -> StepEntry:
    """The row of a step that states none: names by convention, training when its contract has such a job's paths."""
    paths = [*contract.inputs.values(), *contract.outputs.values()] if isinstance(contract, Contract) else []
    training = any(map(_is_of_training, paths))
    return StepEntry(
        name=name,
        config_class=f"{name}Config",
        builder_step_name=f"{name}StepBuilder",
        spec_type=name,
        sagemaker_step_type="Training" if training else "Processing",
    )


@lru_cache(maxsize=4096)
def _is_of_training(path: str) -> bool:
    return any(PurePosixPath(path).is_relative_to(base) for base in _TRAINING_PATHS)


def _name_from_specs(step: str, specs: Mapping[str | None, Spec | Opaque]) -> str:
    for job in sorted(specs, key=lambda j: (j is not None, j or "")):
        spec = specs[job]
        if isinstance(spec, Spec):
            base, suffix = split_job(spec.step_type)
            return base if suffix is not None and suffix == job else spec.step_type
    return camel_case(step)


def _with_script(
    components: Mapping[ComponentKind, Component],
    contract: Contract | Opaque | None,
    scripts: Mapping[str, Component],
) -> dict[ComponentKind, Component]:
    """The components with the script that the contract names, which need not be called like the step."""
    found = dict(components)
    if isinstance(contract, Opaque):
        return found
    found.pop(ComponentKind.SCRIPT, None)
    if contract is not None:
        script = scripts.get(PurePosixPath(contract.entry_point).name)
        if script is not None:
            found[ComponentKind.SCRIPT] = script
    return found


def _refuse_two_of_a_kind(workspace: Workspace, files: Sequence[Component]) -> None:
    seen: dict[tuple[ComponentKind, str | None], Component] = {}
    for component in files:
        other = seen.setdefault((component.kind, component.job), component)
        if other is not component:
            _conflict(workspace, other, component, "have names that differ only in spelling")
    interface = seen.get((ComponentKind.INTERFACE, None))
    python = next((c for c in files if c.kind in (ComponentKind.CONTRACT, ComponentKind.SPEC)), None)
    if interface is not None and python is not None:
        _conflict(workspace, interface, python, "both state the step's interface")


def _conflict(workspace: Workspace, one: Component, two: Component, why: str) -> None:
    raise StepConflict(
        f"Step '{one.step}' of workspace '{workspace.id}' is defined twice: {one.path.name} and {two.path.name} {why}.",
        [f"{workspace.id}: {one.path.name}", f"{workspace.id}: {two.path.name}"],
        hint=f"Keep one of the two, then: cursus validate --workspace {workspace.id}",
        workspace=workspace.id,
        step=one.step,
        file=two.path,
    )
