"""``BasePipelineConfig``: what every step of a pipeline is configured with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from cursus.core.base.asked import Asked
from cursus.core.base.contract_base import ScriptContract
from cursus.core.base.step_names import step_of_config
from cursus.core.base.values import REFERENCE_BRANCH, Reference, Value, as_expression, join_uri, to_token
from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.expression import Join, is_expression

#: Short names of the regions, as an alternative to the AWS names.
REGION_ALIASES = {"NA": "us-east-1", "EU": "eu-west-1", "FE": "us-west-2"}
_AWS_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d+")


class BasePipelineConfig(BaseModel):
    """Configuration shared by every step, in three tiers.

    *Essential* fields have to be given, *system* fields have a default, *derived* ones follow from the others and may
    be given to say otherwise. Further fields are allowed; a script's environment variables and arguments are looked up
    by name among all of them. Nothing is looked up on disk.

    :param author: who owns the pipeline.
    :param bucket: S3 bucket for everything the pipeline writes; may be a reference to a pipeline parameter.
    :param role: ARN of the role that jobs run as; may be a reference.
    :param region: ``NA``, ``EU``, ``FE`` or the name of an AWS region.
    :param current_date: day the config was made, ISO; nothing that Cursus builds depends on it.
    """

    model_config = ConfigDict(extra="allow", protected_namespaces=(), validate_assignment=True, defer_build=True)

    DERIVED_FIELDS: ClassVar[tuple[str, ...]] = (
        "aws_region",
        "pipeline_name",
        "pipeline_description",
        "pipeline_s3_loc",
    )

    author: str = Field(min_length=1)
    bucket: str | Reference
    role: str | Reference
    region: str
    service_name: str = Field(min_length=1)
    pipeline_version: str = Field(min_length=1)

    model_class: str = "xgboost"
    current_date: str = Field(default_factory=lambda: date.today().isoformat())
    framework_version: str | None = None
    py_version: str = "py3"
    source_dir: str | None = None

    _asked: Asked = PrivateAttr(default_factory=Asked)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Fields without a declaration come this way; which of them anybody asked for tells misspelt ones.
            if not name.startswith("_"):
                self._note(name)
                extra = self.__pydantic_extra__
                if extra is not None and name in extra:
                    return extra[name]
            return super().__getattr__(name)

    def _note(self, *names: str) -> None:
        """Remember that a step was built with regard to these settings, whether or not they are set."""
        # Some seventy times for each step: past pydantic's look-up of private attributes, which there are none of yet
        # while the config is made.
        private = self.__pydantic_private__
        if private is not None:
            private["_asked"].update(names)

    def _look_up(self, name: str) -> Any:
        """A setting by name, declared or not, or whatever else the class has by that name; None for nothing."""
        # ``getattr`` does the same, and takes five times as long for the many that are not there.
        fields = self.__dict__
        if name in fields:
            return fields[name]
        if name in _attributes(type(self)):
            return getattr(self, name, None)
        extra = self.__pydantic_extra__
        return extra.get(name) if extra else None

    @field_validator("bucket", "role")
    @classmethod
    def _is_given(cls, value: Any) -> Any:
        if value == "":
            raise ValueError("must not be empty")
        if isinstance(value, str):
            return value.removeprefix("s3://").rstrip("/")
        return value

    @field_validator("region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        if value not in REGION_ALIASES and not _AWS_REGION.fullmatch(value):
            known = (*REGION_ALIASES, *REGION_ALIASES.values())
            raise ValueError(
                f"{value!r} is neither {', '.join(REGION_ALIASES)} nor the name of an AWS region."
                f"{did_you_mean(value, known)}"
            )
        return value

    @property
    def aws_region(self) -> str:
        """Name of the AWS region."""
        return str(self._given("aws_region") or REGION_ALIASES.get(self.region, self.region))

    @property
    def pipeline_name(self) -> str:
        """``<author>-<service name>-<model class>-<region>``."""
        return str(
            self._given("pipeline_name") or f"{self.author}-{self.service_name}-{self.model_class}-{self.region}"
        )

    @property
    def pipeline_description(self) -> str:
        """One line about the pipeline."""
        return str(
            self._given("pipeline_description") or f"{self.service_name} {self.model_class} pipeline, {self.region}"
        )

    @property
    def pipeline_s3_loc(self) -> Value:
        """Where the pipeline writes: ``s3://<bucket>/<name>/<version>``; a join when the bucket is a reference."""
        given: Value | None = self._given("pipeline_s3_loc")
        if given is not None:
            return given.rstrip("/") if isinstance(given, str) else given
        base: Value = f"s3://{self.bucket}" if isinstance(self.bucket, str) else Join("", ("s3://", self.bucket))
        return join_uri(base, self.pipeline_name, self.pipeline_version)

    def _given(self, name: str) -> Any:
        """A derived value that was given outright, or None."""
        return as_expression((self.__pydantic_extra__ or {}).get(name))

    @property
    def script_contract(self) -> ScriptContract | None:
        """Same as :meth:`get_script_contract`."""
        return self.get_script_contract()

    @classmethod
    def tiers(cls) -> dict[str, list[str]]:
        """Field names by tier for a whole class: ``essential``, ``system``, ``derived``."""
        fields = cls.model_fields
        return {
            "essential": [name for name, field in fields.items() if field.is_required()],
            "system": [name for name, field in fields.items() if not field.is_required()],
            "derived": list(cls.DERIVED_FIELDS),
        }

    def categorize_fields(self) -> dict[str, list[str]]:
        """Field names by tier: ``essential``, ``system``, ``derived``."""
        return self.tiers()

    def get_public_init_fields(self) -> dict[str, Any]:
        """What another config needs to start from the same values: fields that are not None, and extra ones."""
        self._note(*(self.__pydantic_extra__ or {}))
        declared = {name: getattr(self, name) for name in type(self).model_fields}
        return {k: v for k, v in (declared | (self.__pydantic_extra__ or {})).items() if v is not None}

    @classmethod
    def from_base_config(cls, base: BasePipelineConfig, **values: Any) -> Self:
        """A config of this class that starts from ``base``; ``values`` win."""
        return cls(**{**base.get_public_init_fields(), **values})

    @classmethod
    def from_values(cls, values: Mapping[str, Any], *, node: str | None = None) -> Self:
        """A config from the plain values of a pipeline file.

        A reference given to a field that only takes text goes in as a token, and comes out of the finished request as
        the reference.

        :param node: the step the config is for, to be named in errors.
        :raises ConfigurationError: naming the step, the fields and what is wrong with each.
        """
        given = {name: as_expression(value) for name, value in values.items()}
        try:
            return cls(**given)
        except ValidationError as error:
            refused = {str(e["loc"][0]) for e in error.errors() if e["loc"]}
            if not refused or not all(is_expression(given.get(name)) for name in refused):
                raise _refused(cls.__name__, node, error) from error
        try:
            return cls(**{n: to_token(v) if n in refused else v for n, v in given.items()})
        except ValidationError as error:
            raise _refused(cls.__name__, node, error) from error

    def get_script_contract(self) -> ScriptContract | None:
        """The contract of the step's script, or None; a subclass that ships one returns it here."""
        return None

    def get_script_path(self, default: str | None = None) -> str | None:
        """The script below ``source_dir``, or ``default`` when no script is known."""
        contract = self.get_script_contract()
        if contract is None:
            return default
        return str(PurePosixPath(self.source_dir or "", contract.entry_point))

    def get_step_name(self) -> str:
        """Canonical name of the step this class configures: by registry row, else the class name without ``Config``.

        The registry is that of the config's ``workspace_id`` when it has one, else of the current workspace.
        """
        return step_of_config(type(self).__name__, getattr(self, "workspace_id", None))


@lru_cache(maxsize=256)
def _attributes(config_class: type[BasePipelineConfig]) -> frozenset[str]:
    """What a config class has beside its fields: properties, methods, class variables."""
    return frozenset(name for c in config_class.__mro__ for name in vars(c))


def _refused(config_class: str, node: str | None, error: ValidationError) -> ConfigurationError:
    """A validation error as one sentence that names the fields."""
    details = error.errors()
    # Where a reference is allowed too, pydantic reports both branches of the union; people want to hear of the value.
    unions = {e["loc"][:-1] for e in details if e["loc"] and e["loc"][-1] == REFERENCE_BRANCH}
    missing: list[str] = []
    wrong: list[str] = []
    for detail in details:
        place = detail["loc"]
        if place and place[-1] == REFERENCE_BRANCH:
            continue
        place = next((u for u in sorted(unions, key=str) if place[: len(u)] == u), place)
        name = ".".join(str(part) for part in place)
        if detail["type"] == "missing":
            missing.append(name)
        else:
            wrong.append(_told(name, detail["msg"]))
    told = [*(f"'{name}' is missing" for name in missing), *wrong]
    subject = f"Step '{node}': " if node else ""
    config = f"the config of '{node}' or the shared config" if node else "the shared config"
    return ConfigurationError(
        f"{subject}{config_class} does not accept its values: {'; '.join(told)}.",
        hint=f"Set {', '.join(missing)} in {config}." if missing else f"Correct {config} in the pipeline file.",
        step=node,
    )


def _told(name: str, message: str) -> str:
    cause = message.removeprefix("Value error, ").rstrip(".")
    return f"'{name}': {cause}" if name else cause
