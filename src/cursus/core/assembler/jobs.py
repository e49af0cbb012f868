"""The work a build is made of, so that it can be done here or, on plain JSON values, in a child process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from cursus.core.assembler.codec import (
    contract_from_json,
    contract_to_json,
    spec_from_json,
    spec_to_json,
)
from cursus.core.base.build import Interfaces, build_step
from cursus.core.base.contract_base import ScriptContract
from cursus.core.base.hyperparameters_base import ModelHyperparameters
from cursus.core.base.specification_base import StepSpecification
from cursus.core.base.tagged import decode
from cursus.core.base.values import as_expression
from cursus.errors import CursusError

if TYPE_CHECKING:
    from cursus.workspace.loader import ModuleLoader

_Stated = TypeVar("_Stated", ScriptContract, StepSpecification)


def run_job(job: Mapping[str, Any], loader: ModuleLoader) -> dict[str, Any]:
    """Do one job that came as JSON: ``build`` a step or ``describe`` a contract or spec module."""
    if job["op"] == "describe":
        return describe(job, loader)
    nouns = {"contract": contract_from_json(job["contract"]), "spec": spec_from_json(job["spec"])}
    return build({**job, **nouns}, loader)


def as_json(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job of :func:`build` as :func:`run_job` takes it."""
    return {**job, "contract": contract_to_json(job["contract"]), "spec": spec_to_json(job["spec"])}


def build(job: Mapping[str, Any], loader: ModuleLoader | None, interfaces: Interfaces | None = None) -> dict[str, Any]:
    """A step built from its interface, config values and, where it has them, its own classes.

    :param job: plain JSON values, but for the nouns ``contract`` and ``spec``.
    :param loader: for the classes; None for a job that names none.
    :param interfaces: what earlier jobs made of contracts and specs.
    """
    config = job["config"]
    classes = _models(loader, None if config is None else Path(config[0]))
    built = build_step(
        node=job["node"],
        builder_class=_class(loader, job["builder"]),
        config_class=_class(loader, config),
        values={key: as_expression(decode(value, classes)) for key, value in job["values"].items()},
        sagemaker_step_type=job["sagemaker_step_type"],
        contract=job["contract"],
        spec=job["spec"],
        compute=job["compute"],
        inputs={key: as_expression(value) for key, value in job["inputs"].items()},
        depends_on=job["depends_on"],
        code_uri=as_expression(job["code_uri"]),
        code_entry_point=job["code_entry_point"],
        parameters=job["parameters"],
        interfaces=interfaces,
        in_json=True,
    )
    return {
        "type": built.step.type,
        "request": dict(built.step.request),
        "depends_on": list(built.step.depends_on),
        "options": dict(built.step.options),
        "environment": dict(built.environment),
        "arguments": dict(built.arguments),
        "hyperparameters": dict(built.hyperparameters),
        "unused": {setting.name: setting.suggestion for setting in built.unused},
    }


def _class(loader: ModuleLoader | None, symbol: tuple[str, str] | None) -> Any:
    return None if loader is None or symbol is None else loader.load_symbol(Path(symbol[0]), symbol[1])


def _models(loader: ModuleLoader | None, config: Path | None) -> dict[str, type]:
    """The models that config values may name: those the config's module knows, and the published one."""
    known = {} if loader is None or config is None else vars(loader.load(config))
    named = {v.__name__: v for v in known.values() if isinstance(v, type) and issubclass(v, BaseModel)}
    return {ModelHyperparameters.__name__: ModelHyperparameters, **named}


def describe(job: Mapping[str, Any], loader: ModuleLoader) -> dict[str, Any]:
    """The one contract or spec that a module binds, for what could not be known by reading.

    :raises CursusError: when the module binds none, or several different ones.
    """
    path = Path(job["file"])
    if job["kind"] == "contract":
        return {"contract": contract_to_json(bound_in(path, ScriptContract, loader).as_model())}
    return {"spec": spec_to_json(bound_in(path, StepSpecification, loader).as_model())}


def bound_in(path: Path, wanted: type[_Stated], loader: ModuleLoader) -> _Stated:
    """The one object of a class that a module binds, the module loaded for it.

    :raises CursusError: when the module binds none, or several different ones.
    """
    module = loader.load(path)
    found = {id(v): v for _, v in sorted(vars(module).items()) if isinstance(v, wanted)}
    if len(found) != 1:
        raise CursusError(f"{path.name} binds {len(found)} {wanted.__name__} objects; exactly one is needed", file=path)
    (value,) = found.values()
    return value
