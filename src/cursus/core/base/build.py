"""One pure function from a step's interface, classes and config values to its finished step."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from cursus.core.base.builder_base import Placement, StepBuilderBase, argument_list
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.contract_base import ScriptContract, contract_from
from cursus.core.base.foreign import Bench, bench_for, is_of_an_adapted_package, not_a_step
from cursus.core.base.interface_models import spec_from
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.requests.table import kind_of
from cursus.core.base.specification_base import StepSpecification
from cursus.core.base.step_configs import JobConfigBase, ProcessingStepConfigBase, TrainingStepConfigBase
from cursus.core.base.unused import UnusedSetting, unused_settings
from cursus.core.base.values import Value, from_tokens, local_text
from cursus.errors import ConfigurationError
from cursus.model.expression import is_expression
from cursus.model.step import Contract, Spec

_JOB_CONFIGS = (JobConfigBase, ProcessingStepConfigBase, TrainingStepConfigBase)
_CONFIG_CLASSES: Mapping[str, type[BasePipelineConfig]] = {
    "Processing": ProcessingStepConfigBase,
    "Training": TrainingStepConfigBase,
    "Tuning": TrainingStepConfigBase,
}


@dataclass(frozen=True)
class BuiltStep:
    """A finished step, and what a run on this machine needs of it.

    :param environment: environment variables, all texts; a reference without a known value is its JSON form.
    :param arguments: job argument -> value, names without dashes.
    :param hyperparameters: of a training step, plain values.
    :param unused: config values given to this step that nothing read, the shared ones of its pipeline among them.
    """

    step: PipelineStep
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    unused: tuple[UnusedSetting, ...] = ()


def build_step(
    *,
    node: str,
    builder_class: type[StepBuilderBase] | None,
    config_class: type[BasePipelineConfig] | None,
    values: Mapping[str, Any],
    sagemaker_step_type: str,
    contract: Contract | None,
    spec: Spec,
    compute: Mapping[str, Any],
    inputs: Mapping[str, Value],
    depends_on: Sequence[str],
    code_uri: Value | None,
    code_entry_point: str | None,
    parameters: Mapping[str, Any] | None = None,
    interfaces: Interfaces | None = None,
    in_json: bool = False,
) -> BuiltStep:
    """Build one node of a pipeline.

    :param node: the node's name, which becomes the step's name whatever the builder says.
    :param builder_class: hand-written builder, or None for the default one.
    :param config_class: hand-written config, or None for the one of the step's type.
    :param values: config values; ``{"Get": "Parameters.X"}`` refers to a pipeline parameter.
    :param inputs: logical name -> URI or reference of what feeds it.
    :param depends_on: nodes that must finish first.
    :param code_uri: where the step's code archive will be, with ``code_entry_point`` the script in it.
    :param parameters: pipeline parameter -> default, for the values of a local run.
    :param interfaces: keeps what is made of contract and spec for the next node of the same step.
    :param in_json: references in the finished step in their JSON form.
    :raises ConfigurationError: naming the step and the field, input or variable that is wrong.
    """
    config = make_config(node, config_class or default_config_class(sagemaker_step_type, node), values)
    builder_class = builder_class or StepBuilderBase
    # A hand-written builder may change what it is given, and gets its own.
    made = interfaces if builder_class is StepBuilderBase and interfaces is not None else Interfaces()
    script_contract, specification = made.get(node, contract, spec)
    code = None if code_uri is None or code_entry_point is None else Code(code_uri, code_entry_point)
    placement = Placement(node, sagemaker_step_type, compute, code)
    # Our own builder needs none.
    bench_or_none = nullcontext() if builder_class is StepBuilderBase else bench_for(builder_class, config, node)
    with bench_or_none as bench:
        builder = _make_builder(node, builder_class, config, specification, bench)
        builder.spec = builder.spec or specification
        builder.contract = builder.contract or script_contract
        builder.place(placement)
        step = builder.create_step(
            inputs=_for_builder(inputs, bench),
            outputs=_for_builder(builder._settings().mapping("output_uris"), bench),
            dependencies=list(depends_on),
            enable_caching=bool(getattr(config, "enable_caching", None)),
        )
        step = _finished(_as_step(step, builder, placement, bench), node, depends_on, in_json=in_json)
    return _built(step, builder, placement, dict(parameters or {}), in_json=in_json)


class Interfaces:
    """The published classes of contracts and specs, made once for each pair however many nodes share it.

    Nouns are told apart as objects: they hold mappings and have no hash. Several hundred pairs are kept, then it begins
    anew. May be used from several threads.
    """

    _MOST = 512

    def __init__(self) -> None:
        self._made: dict[tuple[int, int], tuple[object, tuple[ScriptContract | None, StepSpecification]]] = {}

    def get(self, node: str, contract: Contract | None, spec: Spec) -> tuple[ScriptContract | None, StepSpecification]:
        """The published classes for contract and spec, made now or before; see :func:`published_interface`."""
        key = id(contract), id(spec)
        known = self._made.get(key)
        if known is None:
            if len(self._made) >= self._MOST:
                self._made.clear()
            # The nouns are kept, so that nothing else gets their identity.
            known = self._made[key] = (contract, spec), published_interface(node, contract, spec)
        return known[1]


def _for_builder(places: Mapping[str, Value], bench: Bench | None) -> dict[str, Any]:
    """Places by logical name as the builder's own library takes them."""
    return {name: value if bench is None else bench.given(value) for name, value in places.items()}


def _as_step(step: Any, builder: StepBuilderBase, placement: Placement, bench: Bench | None) -> PipelineStep:
    """What a builder returned as our step."""
    if isinstance(step, PipelineStep):
        return step if bench is None else replace(step, request=bench.restored(step.request))
    if bench is not None and is_of_an_adapted_package(step):
        return bench.convert(step, placement.code)
    raise not_a_step(step, builder, placement.node)


def _finished(step: PipelineStep, node: str, depends_on: Sequence[str], *, in_json: bool) -> PipelineStep:
    """The builder's step under the node's name, with every dependency, tokens turned back to references."""
    return replace(
        step,
        name=node,
        request=from_tokens(step.request, in_json),
        depends_on=tuple(sorted({*step.depends_on, *depends_on} - {node})),
        options=from_tokens(step.options, in_json),
    )


def _built(
    step: PipelineStep, builder: StepBuilderBase, placement: Placement, parameters: Mapping[str, Any], *, in_json: bool
) -> BuiltStep:
    """The step with what a local run needs of it."""
    node = placement.node
    arguments = _arguments(node, from_tokens(builder._get_job_arguments()))
    environment = kind_of(placement.sagemaker_step_type, node).environment_of(step.request)
    return BuiltStep(
        step=step,
        environment={name: local_text(value, parameters) for name, value in environment.items()},
        arguments={name: local_text(value, parameters) for name, value in arguments.items()},
        hyperparameters={
            name: local_text(value, parameters) if is_expression(value) else value
            for name, value in from_tokens(builder._get_hyperparameters(), in_json).items()
        },
        unused=_unused(builder),
    )


def _unused(builder: StepBuilderBase) -> tuple[UnusedSetting, ...]:
    """What the builder read nothing of; fields we declare count where only our own code could have read them."""
    ours = type(builder) is StepBuilderBase and type(builder.config) in _JOB_CONFIGS
    builder.config._note("job_type", "workspace_id", "enable_caching", "experiment_name", "trial_name")
    return unused_settings(builder.config, judged=[type(builder.config)] if ours else [])


def make_config(node: str, config_class: type[BasePipelineConfig], values: Mapping[str, Any]) -> BasePipelineConfig:
    """A node's config from plain values.

    :raises ConfigurationError: naming the step, the fields and what is wrong with each, or a class that is no config.
    """
    if not (inspect.isclass(config_class) and issubclass(config_class, BasePipelineConfig)):
        name = getattr(config_class, "__name__", config_class)
        raise ConfigurationError(
            f"Step '{node}': its config {name!r} is not a BasePipelineConfig.",
            hint="Derive it from a config class of cursus.core.base.",
            step=node,
        )
    return config_class.from_values(values, node=node)


def default_config_class(sagemaker_step_type: str, node: str) -> type[BasePipelineConfig]:
    """The config class of a step that has none of its own.

    :raises ConfigurationError: SageMaker has no step of that type.
    """
    return _CONFIG_CLASSES.get(kind_of(sagemaker_step_type, node).type, JobConfigBase)


def published_interface(
    node: str, contract: Contract | None, spec: Spec
) -> tuple[ScriptContract | None, StepSpecification]:
    """The published classes for contract and spec.

    :raises ConfigurationError: one breaks a rule; with its place.
    """
    script_contract = None if contract is None else published_contract(node, contract)
    with _told_with_place(node, "spec", spec):
        return script_contract, spec_from(spec, script_contract)


def published_contract(node: str, contract: Contract) -> ScriptContract:
    """The published class for a contract.

    :raises ConfigurationError: it breaks a rule; with its place.
    """
    with _told_with_place(node, "contract", contract):
        return contract_from(contract)


@contextmanager
def _told_with_place(node: str, what: str, stated: Contract | Spec) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        causes = "; ".join(e["msg"].removeprefix("Value error, ") for e in error.errors())
        raise ConfigurationError(
            f"Step '{node}': its {what} does not hold: {causes}.",
            hint="cursus validate shows every problem of the step.",
            step=node,
            file=stated.source,
            line=stated.line,
        ) from error


def _make_builder(
    node: str,
    builder_class: type[StepBuilderBase],
    config: BasePipelineConfig,
    spec: StepSpecification,
    bench: Bench | None,
) -> StepBuilderBase:
    """The builder; one whose constructor takes no spec brings its own or gets it afterwards."""
    if not (inspect.isclass(builder_class) and issubclass(builder_class, StepBuilderBase)):
        name = getattr(builder_class, "__name__", builder_class)
        raise ConfigurationError(
            f"Step '{node}': its builder {name!r} is not a StepBuilderBase.",
            hint="Derive it from cursus.core.base.StepBuilderBase.",
            step=node,
        )
    if builder_class is StepBuilderBase:
        return StepBuilderBase(config, spec)
    accepted = inspect.signature(builder_class).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in accepted.values())
    offered = {"spec": spec} | ({} if bench is None else {"sagemaker_session": bench.session})
    given: dict[str, Any] = {name: value for name, value in offered.items() if takes_any or name in accepted}
    return builder_class(config, **given)


def _arguments(node: str, arguments: Any) -> dict[str, Value]:
    """``--name value`` pairs as a mapping; ``--name=value`` and a lone ``--flag`` (an empty text) are understood.

    :raises ConfigurationError: for a value that follows no name.
    """
    found: dict[str, Value] = {}
    open_name: str | None = None
    for token in argument_list(arguments):
        if isinstance(token, str) and token.startswith("--"):
            name, equals, value = token.removeprefix("--").partition("=")
            found[name] = value
            open_name = None if equals else name
        elif open_name is None:
            raise ConfigurationError(
                f"Step '{node}': job argument {token!r} follows no --name.",
                hint="Return --name, value pairs from _get_job_arguments.",
                step=node,
            )
        else:
            found[open_name], open_name = token, None
    return found
