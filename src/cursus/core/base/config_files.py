"""The merged config file: the configs of a whole pipeline in one JSON or YAML file, what they share written once.

::

    {"metadata": {"created_at": "…", "config_types": {"Package": "ProcessingStepConfigBase", …}},
     "configuration": {"shared": {"author": "ada", …},
                       "specific": {"Package": {"__model_type__": "ProcessingStepConfigBase", …}, …}}}

A key is the step's name, with ``_`` and the job type when there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.documents import mapping_at, read_document, write_document
from cursus.core.base.hyperparameters_base import ModelHyperparameters
from cursus.core.base.step_configs import JobConfigBase, ProcessingStepConfigBase, TrainingStepConfigBase
from cursus.core.base.tagged import MODEL_KEY, decode, encode_model, same
from cursus.errors import ConfigurationError, did_you_mean
from cursus.workspace.document import Document

#: Config classes that any step may be configured with.
BASE_CLASSES: Mapping[str, type[BasePipelineConfig]] = {
    c.__name__: c for c in (BasePipelineConfig, JobConfigBase, ProcessingStepConfigBase, TrainingStepConfigBase)
}
_TOP = ("metadata", "configuration")
_PARTS = ("shared", "specific")


@dataclass(frozen=True)
class ConfigFile:
    """A merged config file, read; values are still in their JSON form.

    :param types: step key -> name of the config class.
    :param shared: values of every config.
    :param specific: step key -> values of its config alone, without the class's name.
    :param created_at: when it was written, as it says.
    """

    types: Mapping[str, str]
    shared: Mapping[str, Any]
    specific: Mapping[str, Mapping[str, Any]]
    created_at: str | None = None
    path: Path | None = None

    def values(self, key: str) -> dict[str, Any]:
        """All values of one config; what is specific wins."""
        return {**self.shared, **self.specific[key]}

    def find(self, node: str, step: str, job_type: str | None) -> str:
        """The key of a node's config: the node's own name, else its step with the job type.

        :raises ConfigurationError: the file has neither; lists what it has.
        """
        by_step = f"{step}_{job_type}" if job_type else step
        for key in (node, by_step):
            if key in self.types:
                return key
        wanted = " nor ".join(dict.fromkeys((f"'{node}'", f"'{by_step}'")))
        raise ConfigurationError(
            f"There is no config for step '{node}': {self.name} has "
            f"{'neither ' if node != by_step else 'no '}{wanted}.{did_you_mean(by_step, self.types)} "
            f"It has: {', '.join(sorted(self.types)) or 'none'}.",
            hint=f"Add a config under '{by_step}'.",
            step=node,
            file=self.path,
        )

    @property
    def name(self) -> str:
        """What the file is called in messages."""
        return "the configs" if self.path is None else self.path.name


@dataclass
class _Merging:
    """Configs on their way into one file."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, config: BasePipelineConfig) -> None:
        if key in self.values:
            raise ConfigurationError(
                f"Two configs have the key '{key}'.",
                hint="Give one of them a job_type, or write the configs as a mapping from step keys.",
                step=key,
            )
        self.values[key] = encode_model(config)
        self.types[key] = type(config).__name__

    def shared(self) -> dict[str, Any]:
        """What every one of several configs states alike."""
        first, *others = self.values.values()
        return {
            name: value
            for name, value in first.items()
            if others and all(name in other and same(other[name], value) for other in others)
        }


def step_key(config: BasePipelineConfig) -> str:
    """The key of a config: its step's name, with ``_`` and the job type when it has one."""
    job_type = getattr(config, "job_type", None)
    name = config.get_step_name()
    return f"{name}_{job_type}" if job_type else name


def merge_configs(
    configs: Mapping[str, BasePipelineConfig] | Iterable[BasePipelineConfig], *, created_at: datetime | None = None
) -> dict[str, Any]:
    """The content of a merged config file.

    :param configs: by step key, or without keys, which then follow from step and job type.
    :param created_at: now, when not given.
    :raises ConfigurationError: no configs, two with one key, or a value that could not be read back.
    """
    merging = _Merging()
    pairs = configs.items() if isinstance(configs, Mapping) else ((step_key(config), config) for config in configs)
    for key, config in pairs:
        merging.add(key, config)
    if not merging.values:
        raise ConfigurationError("There are no configs to write.")
    shared = merging.shared()
    return {
        "metadata": {
            "created_at": (created_at or datetime.now(UTC)).isoformat(),
            "config_types": dict(merging.types),
        },
        "configuration": {
            "shared": shared,
            "specific": {
                key: {MODEL_KEY: merging.types[key], **{n: v for n, v in values.items() if n not in shared}}
                for key, values in merging.values.items()
            },
        },
    }


def write_configs(
    configs: Mapping[str, BasePipelineConfig] | Iterable[BasePipelineConfig],
    path: Path | str,
    *,
    created_at: datetime | None = None,
) -> None:
    """Write a merged config file, JSON or YAML by its suffix, whole or not at all.

    :raises ConfigurationError: as :func:`merge_configs`.
    :raises FileError: the place cannot be written.
    """
    write_document(Path(path), merge_configs(configs, created_at=created_at))


def read_config_file(path: Path | str) -> ConfigFile:
    """A merged config file, with its values in their JSON form.

    :raises FileError: it cannot be read.
    :raises ConfigurationError: it is not such a file; or it names a config without having it, or the other way round.
    """
    return _Reader(read_document(Path(path))).config_file()


def load_configs(
    path: Path | str, classes: Mapping[str, type[BaseModel]] | Iterable[type[BaseModel]] = ()
) -> dict[str, BasePipelineConfig]:
    """The configs of a merged config file by step key.

    :param classes: the config classes in it, and those of models inside them; the published base classes are known.
    :raises FileError: it cannot be read.
    :raises ConfigurationError: a class is not known, a config is missing, or a class does not accept its values.
    """
    file = read_config_file(path)
    given = classes if isinstance(classes, Mapping) else {c.__name__: c for c in classes}
    known: dict[str, type] = {**BASE_CLASSES, ModelHyperparameters.__name__: ModelHyperparameters, **given}
    return {key: _load(file, key, known) for key in file.types}


def _load(file: ConfigFile, key: str, known: Mapping[str, type]) -> BasePipelineConfig:
    name = file.types[key]
    kind = known.get(name)
    if kind is None or not issubclass(kind, BasePipelineConfig):
        what = "is not known" if kind is None else "is not a BasePipelineConfig"
        raise ConfigurationError(
            f"The config class '{name}' of '{key}' in {file.name} {what}.{did_you_mean(name, known)} "
            f"Known: {', '.join(sorted(known))}.",
            hint="Give the class to the reader.",
            step=key,
            file=file.path,
        )
    try:
        values = {field_name: decode(value, known) for field_name, value in file.values(key).items()}
        return kind.from_values(values, node=key)
    except ConfigurationError as error:
        error.file, error.step = file.path, error.step or key
        raise


class _Reader:
    """One reading of one file; a complaint names the line where the format gives one."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def config_file(self) -> ConfigFile:
        self.only((), _TOP)
        metadata = mapping_at(self.document, "metadata")
        if "configuration" not in mapping_at(self.document):
            self.fail("it has no 'configuration'")
        self.only(("configuration",), _PARTS)
        stated = mapping_at(self.document, "metadata", "config_types")
        specific = mapping_at(self.document, "configuration", "specific")
        for key in stated:
            if key not in specific:
                self.fail(
                    f"config_types names '{key}', but configuration.specific does not have it."
                    f"{did_you_mean(key, specific)}",
                    "metadata",
                    "config_types",
                    key,
                )
        if not specific:
            self.fail("configuration.specific has no config", "configuration")
        values = {key: mapping_at(self.document, "configuration", "specific", key) for key in specific}
        created = metadata.get("created_at")
        return ConfigFile(
            types={key: self.class_name(key, stated.get(key), values[key].get(MODEL_KEY)) for key in specific},
            shared=mapping_at(self.document, "configuration", "shared"),
            specific={key: {n: v for n, v in own.items() if n != MODEL_KEY} for key, own in values.items()},
            created_at=None if created is None else str(created),
            path=self.document.path,
        )

    def class_name(self, key: str, stated: object, marked: object) -> str:
        if stated is not None and marked is not None and stated != marked:
            self.fail(f"'{key}' is of class {stated!r} by config_types and of {marked!r} by {MODEL_KEY}", *_at(key))
        name = stated or marked
        if not isinstance(name, str):
            self.fail(f"'{key}' has no class: neither config_types nor {MODEL_KEY} names one", *_at(key))
        return name

    def only(self, place: tuple[str, ...], known: tuple[str, ...]) -> None:
        for key in mapping_at(self.document, *place):
            if key not in known:
                self.fail(
                    f"'{key}' is not a part of a merged config file.{did_you_mean(key, known)} "
                    f"Here it has: {', '.join(known)}",
                    *place,
                    key,
                )

    def fail(self, message: str, *place: str) -> NoReturn:
        raise ConfigurationError(
            f"Config file {self.document.path.name}: {message.rstrip('.')}.",
            file=self.document.path,
            line=self.document.line(*place) if self.document.lines else None,
        )


def _at(key: str) -> tuple[str, ...]:
    return ("configuration", "specific", key)
