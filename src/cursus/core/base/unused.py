"""Settings that are stated in a config and that nothing reads: most often a name that is misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cursus.core.base.config_base import BasePipelineConfig
from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Severity
from cursus.model.pipeline import Pipeline

CODE = "unused-setting"


@dataclass(frozen=True, slots=True)
class UnusedSetting:
    """A setting without effect.

    :param suggestion: `` Did you mean 'x'?``, or an empty text.
    """

    name: str
    suggestion: str = ""


def unused_settings(
    config: BasePipelineConfig, *, judged: Iterable[type[BasePipelineConfig]] = ()
) -> tuple[UnusedSetting, ...]:
    """The settings of ``config`` that were given and that nobody asked for while its step was built, sorted.

    Undeclared fields always count. Declared ones count when they are declared by one of ``judged``: a builder may read
    a declared field of a config class without that being seen, so these are the classes whose fields are only looked
    up by name. The three tiers of every pipeline's config never count: a step may have no use for them.
    """
    fields = type(config).__pydantic_fields__
    declared = [known.__pydantic_fields__ for known in judged]
    given = {n for n in config.__pydantic_fields_set__ if n in fields and any(n in known for known in declared)}
    given.update(config.__pydantic_extra__ or ())
    asked, tiers = config._asked, (*BasePipelineConfig.__pydantic_fields__, *config.DERIVED_FIELDS)
    unused = sorted(given.difference(asked, tiers))
    if not unused:
        return ()
    choices = {*asked, *tiers, *fields}.difference(unused)
    return tuple(UnusedSetting(name, did_you_mean(name, choices)) for name in unused)


def unused_findings(pipeline: Pipeline, unused: Mapping[str, Collection[UnusedSetting]]) -> tuple[Finding, ...]:
    """Warnings about the settings of a pipeline that have no effect.

    :param unused: node -> what its step read nothing of (:attr:`~cursus.core.base.build.BuiltStep.unused`). A shared
        setting is only reported when no node reads it; a step's own defaults never are.
    """
    found = []
    for node in pipeline.nodes:
        for setting in unused.get(node.name, ()):
            if setting.name in node.config:
                message = f"'{setting.name}' in the config of '{node.name}' has no effect: nothing reads it."
                found.append(_finding(pipeline, message, setting, node.name, node.line))
    missed = [{s.name: s for s in unused.get(node.name, ())} for node in pipeline.nodes]
    for name in sorted(pipeline.shared):
        if missed and all(name in settings for settings in missed):
            message = f"'{name}' in the shared config has no effect: no step reads it."
            found.append(_finding(pipeline, message, missed[0][name], None, None))
    return tuple(found)


def _finding(pipeline: Pipeline, message: str, setting: UnusedSetting, step: str | None, line: int | None) -> Finding:
    return Finding(
        CODE,
        Severity.WARNING,
        f"{message}{setting.suggestion}",
        step=step,
        file=pipeline.source,
        line=line,
        hint="Correct the name, or take the setting out.",
    )
