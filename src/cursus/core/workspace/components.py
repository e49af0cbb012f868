"""The classes, contract and spec of one step, as the published classes; loaded only where reading is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cursus.core.assembler.jobs import bound_in
from cursus.core.base.build import default_config_class, published_contract, published_interface
from cursus.core.base.builder_base import StepBuilderBase
from cursus.core.base.contract_base import ScriptContract
from cursus.core.base.specification_base import StepSpecification
from cursus.core.workspace.owner import having
from cursus.errors import UnknownStep, UsageError
from cursus.model.step import Contract, Opaque, Spec, Step
from cursus.model.workspace import CORE_ID, SHARED_ID, SINGLE_ID, ComponentKind, Layer
from cursus.registry.catalog import StepCatalog
from cursus.registry.errors import UnknownJob
from cursus.registry.names import split_job

if TYPE_CHECKING:
    from cursus.workspace.loader import ModuleLoader

#: Workspace id -> the loader of its modules.
Loaders = Callable[[str], "ModuleLoader"]


def find_step(catalog: StepCatalog, name: str, developer_id: str | None, *, any_job: bool = True) -> Step | None:
    """The step a name means for a developer, or without one for everybody; None when there is none.

    :param name: may end in ``_<job type>``.
    :param any_job: whether a step that is only there for job types may be found without naming one.
    :raises UnknownWorkspace: there is no such developer.
    :raises UsageError: no developer is named and only developers have the step; they are listed.
    :raises CursusError: it is there but broken.
    """
    base, job = split_job(name)
    known = catalog.index.tree.by_id
    common = next(w for w in (SINGLE_ID, SHARED_ID, CORE_ID) if w in known)
    start = common if developer_id is None else developer_id
    try:
        return catalog.find(start, base, job)
    except UnknownJob as error:
        if job is not None or not any_job:
            raise
        return catalog.find(start, base, error.known[0])
    except UnknownStep:
        owners = [] if developer_id is not None else _developers_with(catalog, base)
        if not owners:
            return None
        raise UsageError(
            f"Step '{base}' is in no common workspace, only in those of developers: {', '.join(owners)}.",
            hint=f"Say whose: developer_id='{owners[0]}'",
        ) from None


def builder_class(step: Step, loaders: Loaders) -> Any:
    """The step's own builder class, else the one that builds it in its stead.

    :raises ModuleLoadError: its file does not load or has no such class.
    """
    own = step.components.get(ComponentKind.BUILDER)
    return (
        StepBuilderBase if own is None else loaders(own.workspace).load_symbol(own.path, step.entry.builder_step_name)
    )


def config_class(step: Step, loaders: Loaders) -> Any:
    """The step's own config class, else the one of its SageMaker step type; errors as of :func:`builder_class`."""
    own = step.components.get(ComponentKind.CONFIG)
    if own is None:
        return default_config_class(step.entry.sagemaker_step_type, step.name)
    return loaders(own.workspace).load_symbol(own.path, step.entry.config_class)


def contract_of(step: Step, loaders: Loaders) -> ScriptContract | None:
    """The step's contract, None for a step without a script.

    :raises ModuleLoadError: it has to be loaded to be known, and does not load.
    :raises ConfigurationError: it breaks a rule.
    """
    if isinstance(step.contract, Opaque):
        return bound_in(step.components[ComponentKind.CONTRACT].path, ScriptContract, loaders(step.workspace))
    if not isinstance(step.contract, Contract):
        return None
    return published_contract(step.name, step.contract)


def spec_of(step: Step, loaders: Loaders) -> StepSpecification | None:
    """The step's spec with its contract, None when nothing states one; errors as of :func:`contract_of`."""
    if isinstance(step.spec, Opaque):
        return bound_in(step.components[ComponentKind.SPEC].path, StepSpecification, loaders(step.workspace))
    if not isinstance(step.spec, Spec):
        return None
    contract = step.contract if isinstance(step.contract, Contract) else None
    return published_interface(step.name, contract, step.spec)[1]


def _developers_with(catalog: StepCatalog, step: str) -> list[str]:
    return [w for w, layer in having(catalog, step).items() if layer is Layer.DEVELOPER]
