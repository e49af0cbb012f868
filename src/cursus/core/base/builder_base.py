"""``StepBuilderBase``: from a step's interface and config to a pipeline step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.contract_base import ScriptContract
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code, Filled, Parts, StepKind
from cursus.core.base.requests.table import kind_of
from cursus.core.base.scalars import fold_argument
from cursus.core.base.settings import Settings
from cursus.core.base.specification_base import StepSpecification
from cursus.core.base.step_configs import TrainingStepConfigBase
from cursus.core.base.step_names import builder_names, step_type_of
from cursus.core.base.values import Value, as_expression, text
from cursus.errors import ConfigurationError


@dataclass(frozen=True)
class Placement:
    """Where in a pipeline a builder's step stands.

    :param node: the step's name in the pipeline.
    :param sagemaker_step_type: as in the registry: ``Processing``, ``Training``, ``CreateModel``, …
    :param compute: defaults of a manifest for instance, image and the like.
    :param code: the step's code in S3, or None.
    """

    node: str
    sagemaker_step_type: str
    compute: Mapping[str, Any] = field(default_factory=dict)
    code: Code | None = None


class StepBuilderBase:
    """Builds any standard SageMaker step from its spec, contract and config.

    A subclass overrides what differs, and only that: ``_get_inputs``, ``_get_outputs``, ``_get_environment_variables``,
    ``_get_job_arguments``, ``_get_hyperparameters``, ``_get_image_uri``, ``validate_configuration``, or ``create_step``
    as a whole. Building touches no network, no clock and no file.

    :param config: the step's config.
    :param spec: its ports; the contract is the spec's, else the config's.
    :param sagemaker_session: kept for subclasses that work with the SageMaker SDK.
    :param role: role of the job, instead of the config's.
    :param notebook_root: kept for subclasses.
    :param registry_manager: kept for subclasses.
    :param dependency_resolver: kept for subclasses.
    :raises ConfigurationError: by ``validate_configuration``.
    """

    #: ``sagemaker_step_type`` of a builder that no registry row knows.
    STEP_TYPE: str | None = None

    def __init__(
        self,
        config: BasePipelineConfig,
        spec: StepSpecification | None = None,
        sagemaker_session: Any = None,
        role: str | None = None,
        notebook_root: Path | None = None,
        registry_manager: Any = None,
        dependency_resolver: Any = None,
    ) -> None:
        self.config = config
        self.spec = spec
        self.contract: ScriptContract | None = spec.script_contract if spec is not None else None
        self.contract = self.contract or config.get_script_contract()
        self.session = sagemaker_session
        self.role: Value = role or config.role
        self.notebook_root = notebook_root
        self._registry_manager = registry_manager
        self._dependency_resolver = dependency_resolver
        self._placement: Placement | None = None
        self.validate_configuration()

    @property
    def STEP_NAMES(self) -> dict[str, str]:  # noqa: N802 - published name
        """Builder class name by canonical step name."""
        return builder_names(getattr(self.config, "workspace_id", None))

    def place(self, placement: Placement) -> None:
        """Say where the step stands; without it the step is named after itself and has no code archive."""
        self._placement = placement

    def validate_configuration(self) -> None:
        """Raise when the config cannot work; nothing to check here, the config's own class has done so."""

    def create_step(
        self,
        inputs: Mapping[str, Value] | None = None,
        outputs: Mapping[str, Value] | None = None,
        dependencies: Sequence[str | PipelineStep] | None = None,
        enable_caching: bool = True,
        **kwargs: Any,
    ) -> PipelineStep:
        """The finished step.

        :param inputs: logical name -> URI or reference of what feeds it.
        :param outputs: logical name -> URI; by default a place below ``pipeline_s3_loc`` that is this execution's own.
        :param dependencies: steps, or their names, that must finish first.
        :param enable_caching: reuse the result of an earlier execution with the same arguments.
        :raises ConfigurationError: naming the step and the setting, input or variable that is wrong or missing.
        """
        if kwargs:
            raise self._error(f"create_step got unknown arguments: {', '.join(sorted(kwargs))}", "Leave them out.")
        kind, parts = self._kind(), self._parts()
        filled = Filled(
            inputs=self._get_inputs(dict(inputs or {})),
            outputs=self._get_outputs(dict(outputs or {})),
            environment=self._get_environment_variables(),
            arguments=tuple(argument_list(self._get_job_arguments())),
            hyperparameters=self._get_hyperparameters(),
        )
        return PipelineStep(
            name=parts.node,
            type=kind.type,
            request=kind.request(parts, filled),
            depends_on=tuple(sorted({step_name(d) for d in dependencies or ()})),
            options=kind.options(parts, filled)
            | self._common_options(kind, parts.settings, enable_caching=enable_caching),
        )

    def _get_inputs(self, inputs: Mapping[str, Value]) -> Any:
        """The inputs as the request has them: a list of ``ProcessingInputs`` or channels, without the code."""
        return self._kind().inputs(self._parts(), inputs)

    def _get_outputs(self, outputs: Mapping[str, Value]) -> Any:
        """The outputs as the request has them: a list of them, or a training job's ``OutputDataConfig``."""
        return self._kind().outputs(self._parts(), outputs)

    def _get_environment_variables(self) -> dict[str, Value]:
        """Environment variables: config field of that name in lower case, then ``environment``, then contract default.

        Entries of ``environment`` that the contract does not name are passed on too.

        :raises ConfigurationError: for a required variable without a value.
        """
        stated = self._settings().mapping("environment")
        found: dict[str, Value] = {name: text(value) for name, value in stated.items() if value is not None}
        contract = self.contract
        for name, default in _environment_names(contract):
            self.config._note(name.lower())
            value = self.config._look_up(name.lower())
            if value is not None:
                found[name] = text(value)
            elif name not in found:
                if default is None:
                    raise self._error(
                        f"environment variable '{name}' of its script has no value",
                        f"Set '{name.lower()}' in the config of '{self._get_step_name()}', "
                        f"or '{name}' under its 'environment'.",
                    )
                found[name] = default
        return dict(sorted(found.items()))

    def _get_job_arguments(self) -> list[Value] | None:
        """Arguments as ``--name``, ``value``, …: config field of that name, else contract default; None for none."""
        found: list[Value] = []
        for name, default in self.contract.expected_arguments.items() if self.contract else ():
            value = self._argument_value(name)
            value = default if value is None else value
            if value is not None:
                found += [f"--{name}", text(value)]
        return found or None

    def _get_hyperparameters(self) -> dict[str, Any]:
        """Hyperparameters of a training step, as plain values."""
        self.config._note("hyperparameters")
        value = getattr(self.config, "hyperparameters", None)
        get_config = getattr(value, "get_config", None)
        if get_config is not None:
            value = get_config()
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self._settings().wrong(("hyperparameters",), "a mapping or ModelHyperparameters", value)
        return {str(name): as_expression(v) for name, v in value.items()}

    def _get_image_uri(self) -> Value | None:
        """The container image, or None to take it from the settings."""
        return None

    def _get_step_name(self) -> str:
        """Name of the step: its place in the pipeline, else its canonical name with the job type."""
        if self._placement is not None:
            return self._placement.node
        job_type = getattr(self.config, "job_type", None)
        name = self.config.get_step_name()
        return f"{name}-{str(job_type).capitalize()}" if job_type else name

    def _argument_value(self, name: str) -> Any:
        """What the config says about an argument, however its hyphens are written."""
        given = self._settings().find("processing_script_arguments")
        if isinstance(given, Mapping):
            for key, value in given.items():
                if fold_argument(str(key)) == fold_argument(name):
                    return value
        self.config._note(fold_argument(name))
        return as_expression(self.config._look_up(fold_argument(name)))

    def _kind(self) -> StepKind:
        return kind_of(self._sagemaker_step_type(), self._get_step_name())

    def _sagemaker_step_type(self) -> str:
        """By placement, by the class, by registry row, by the class of the config."""
        if self._placement is not None:
            return self._placement.sagemaker_step_type
        if self.STEP_TYPE is not None:
            return self.STEP_TYPE
        registered = step_type_of(self.config.get_step_name(), getattr(self.config, "workspace_id", None))
        return registered or ("Training" if isinstance(self.config, TrainingStepConfigBase) else "Processing")

    def _settings(self) -> Settings:
        compute = {} if self._placement is None else self._placement.compute
        return Settings(self.config, compute, self._get_step_name())

    def _parts(self) -> Parts:
        return Parts(
            node=self._get_step_name(),
            config=self.config,
            settings=self._settings(),
            contract=self.contract,
            spec=self.spec,
            role=self.role,
            code=None if self._placement is None else self._placement.code,
            image=self._get_image_uri(),
        )

    def _common_options(self, kind: StepKind, settings: Settings, *, enable_caching: bool) -> dict[str, Any]:
        """What stands beside the request of any kind; caching and retries only where SageMaker takes them."""
        options: dict[str, Any] = {}
        if kind.cacheable and enable_caching:
            expires = settings.plain_text("cache_expire_after")
            options["CacheConfig"] = {"Enabled": True} | ({"ExpireAfter": expires} if expires else {})
        if kind.retryable and (policies := settings.items("retry_policies")):
            options["RetryPolicies"] = policies
        for member, name in (("DisplayName", "display_name"), ("Description", "step_description")):
            if (value := settings.plain_text(name)) is not None:
                options[member] = value
        return options

    def _error(self, message: str, hint: str) -> ConfigurationError:
        return self._settings().missing(message, hint)


def argument_list(arguments: Mapping[str, Any] | Iterable[Any] | None) -> list[Value]:
    """Job arguments as one list of texts; a mapping becomes ``--name``, ``value``, …"""
    if arguments is None:
        return []
    if isinstance(arguments, Mapping):
        return [
            part for name, v in arguments.items() if v is not None for part in (f"--{name.removeprefix('--')}", text(v))
        ]
    return [text(argument) for argument in arguments]


def step_name(step: object) -> str:
    """Name of a step given by name, as our step, or as a step object of a SageMaker SDK."""
    name = step if isinstance(step, str) else getattr(step, "name", None)
    if not isinstance(name, str):
        raise ConfigurationError(f"{step!r} is neither a step nor the name of one.")
    return name


def _environment_names(contract: ScriptContract | None) -> list[tuple[str, str | None]]:
    """(name, default) of the contract's environment variables; None for a required one."""
    if contract is None:
        return []
    return [*((name, None) for name in contract.required_env_vars), *contract.optional_env_vars.items()]
