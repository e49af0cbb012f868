"""Members that several kinds of request share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.images import image_uri
from cursus.core.base.requests.interface import Parts
from cursus.core.base.settings import Settings
from cursus.core.base.values import Value, as_expression, join_uri
from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.expression import Get
from cursus.model.step import DependencyType

DEFAULT_INSTANCE_TYPE = "ml.m5.xlarge"
DEFAULT_INSTANCE_COUNT = 1
DEFAULT_VOLUME_SIZE_GB = 30
DEFAULT_MAX_RUNTIME_SECONDS = 86_400
#: Tells one execution from every other, also of the same pipeline deployed under another name.
_EXECUTION = (Get("Execution.PipelineName"), Get("Execution.PipelineExecutionId"))


def needed(parts: Parts, name: str) -> Value:
    """A text that has to be set."""
    value = parts.settings.text(name)
    if value is None:
        raise parts.settings.missing(f"'{name}' is not set", f"Set '{name}' in the config of '{parts.node}'.")
    return value


def without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    """``members`` without those that are None or an empty mapping or list."""
    return {k: v for k, v in members.items() if v is not None and v != {} and v != []}


def own_place(parts: Parts, *names: str) -> Value:
    """Where a step writes by itself: ``<pipeline_s3_loc>/<deployed name>/<execution>/<node>/…``.

    No other step and no other execution has it, so nobody overwrites what somebody else is reading, and a step whose
    result is cached sees by the place that its input is a new one. Where a job writes is no part of what caches it
    (https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html).
    """
    return join_uri(parts.config.pipeline_s3_loc, *_EXECUTION, parts.node, *names)


def destination(parts: Parts, logical: str, given: Mapping[str, Value]) -> Value:
    """Where an output goes: as given, else the step's own place."""
    return given[logical] if logical in given else own_place(parts, logical)


def one_place(parts: Parts, destinations: Mapping[str, Value], job: str) -> Value | None:
    """The place given for a job that writes to one only, or None.

    :raises ConfigurationError: when several different ones are given.
    """
    given = list(dict.fromkeys(destinations.values()))
    if len(given) > 1:
        raise parts.settings.missing(f"was given several output places, but {job} has one", "Name one place, or none.")
    return given[0] if given else None


def check_names(parts: Parts, what: str, given: Mapping[str, Value], known: Mapping[str, Any] | list[str]) -> None:
    """Refuse inputs or outputs that the step does not have.

    :raises ConfigurationError: naming the step and what it has.
    """
    for name in given:
        if name not in known:
            has = ", ".join(known) or "none"
            raise parts.settings.missing(
                f"has no {what} '{name}'.{did_you_mean(name, known)} It has: {has}", f"Correct the {what}'s name."
            )


def required_inputs(parts: Parts, bound: Mapping[str, Value], optional: frozenset[str] = frozenset()) -> None:
    """Refuse a step with a required input open.

    :raises ConfigurationError: naming the step and the input.
    """
    if parts.spec is None:
        return
    for dependency in parts.spec.list_required_dependencies():
        name = dependency.logical_name
        if name not in bound and name not in optional:
            raise parts.settings.missing(
                f"required input '{name}' is fed by nothing",
                f"Add an edge to '{parts.node}', or name data for it under 'inputs' of the step.",
            )


def bound_by_role(
    parts: Parts, bound: Mapping[str, Value], what: str, name: str, types: tuple[DependencyType, ...]
) -> Value | None:
    """The input that plays a role in the request: the one called ``name``, else the only one of the given types.

    :raises ConfigurationError: when several could be meant.
    """
    if name in bound:
        return bound[name]
    if parts.spec is None:
        return None
    fitting = [
        d.logical_name for d in parts.spec.list_dependencies() if d.dependency_type in types and d.logical_name in bound
    ]
    if len(fitting) > 1:
        raise parts.settings.missing(
            f"several inputs could be {what}: {', '.join(fitting)}", f"Call the one that is meant '{name}' in the spec."
        )
    return bound[fitting[0]] if fitting else None


def image(parts: Parts, prefix: str, *, scope: str, default: tuple[str, str] | None = None) -> Value:
    """The container image: named, or looked up by framework, version and region.

    What the config states wins over the manifest, an image over a framework.

    :param prefix: of the specific fields, ``processing``: ``processing_image_uri``, ``processing_framework``, …
    :param scope: ``training`` or ``inference``.
    :param default: framework and version, when none is stated.
    :raises ConfigurationError: when nothing names an image, or the table does not have it.
    """
    if parts.image is not None:
        return parts.image
    settings = parts.settings
    settings.config._note(f"{prefix}_image_uri", "image_uri", f"{prefix}_framework", "framework")
    for level in (_stated, _computed):
        named = level(settings, f"{prefix}_image_uri", "image_uri")
        if named is not None:
            return settings.text(f"{prefix}_image_uri", "image_uri") or ""
        if level(settings, f"{prefix}_framework", "framework") is not None:
            framework = settings.plain_text(f"{prefix}_framework", "framework") or ""
            version = _framework_version(settings, prefix)
            return _looked_up(parts, framework, version, prefix, scope)
    if default is not None:
        return _looked_up(parts, *default, prefix, scope)
    raise settings.missing(
        "no container image is known",
        f"Set 'image_uri', or 'framework' and 'framework_version', in the config of '{parts.node}' or its manifest.",
    )


def _stated(settings: Settings, *names: str) -> Any:
    return next((v for n in names if (v := settings.stated(n)) is not None), None)


def _computed(settings: Settings, *names: str) -> Any:
    return settings.compute.get(names[-1])


def _framework_version(settings: Settings, prefix: str) -> str:
    names = (f"{prefix}_framework_version", "framework_version")
    version = _stated(settings, *names) or _computed(settings, *names)
    if version is None:
        raise settings.missing(
            "a framework is named but no framework_version", f"Set 'framework_version' for '{settings.node}'."
        )
    if not isinstance(version, str | int | float) or isinstance(version, bool):
        raise settings.wrong(names, "a version known when the pipeline is compiled", version)
    return str(version)


def _looked_up(parts: Parts, framework: str, version: str, prefix: str, scope: str) -> str:
    settings = parts.settings
    instance = settings.text(f"{prefix}_instance_type", "instance_type")
    try:
        return image_uri(
            framework,
            version,
            parts.config.aws_region,
            py_version=settings.plain_text("py_version") or "py3",
            instance_type=instance if isinstance(instance, str) else DEFAULT_INSTANCE_TYPE,
            scope=scope,
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"Step '{parts.node}': {error.message}", hint=error.hint, step=parts.node) from error


def runtime_limit(settings: Settings) -> Any:
    """Seconds after which the job is stopped."""
    return settings.count("max_runtime_seconds") or DEFAULT_MAX_RUNTIME_SECONDS


def vpc_config(settings: Settings) -> dict[str, Any] | None:
    """``VpcConfig``, or None when neither subnets nor security groups are set.

    :raises ConfigurationError: when only one of the two is.
    """
    subnets, groups = settings.items("subnets"), settings.items("security_group_ids")
    if not subnets and not groups:
        return None
    if not subnets or not groups:
        raise settings.missing(
            "a VPC needs both 'subnets' and 'security_group_ids'", f"Set both for '{settings.node}', or neither."
        )
    return {"SecurityGroupIds": groups, "Subnets": subnets}


def tags(settings: Settings) -> list[dict[str, Any]] | None:
    """``Tags``, sorted by key when given as a mapping."""
    value = settings.find("tags")
    if isinstance(value, Mapping):
        return [{"Key": str(k), "Value": as_expression(v)} for k, v in sorted(value.items())]
    return settings.items("tags") or None
