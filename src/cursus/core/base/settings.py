"""One place that decides which value of a setting counts: config, manifest or built-in default."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.step_configs import JobConfigBase, ProcessingStepConfigBase, TrainingStepConfigBase
from cursus.core.base.values import Value, as_expression
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join

#: Classes whose defaults are ours; a default a subclass writes over them is a statement of its author.
_OURS = (ProcessingStepConfigBase, TrainingStepConfigBase, JobConfigBase, BasePipelineConfig)


class Settings:
    """Typed look-up of a step's settings.

    A setting has one or more config field names, the most specific first, the last one being the generic name that
    ``compute`` of a manifest uses. What the config states wins, then the manifest, then the config class's default.
    """

    def __init__(self, config: BasePipelineConfig, compute: Mapping[str, Any], node: str) -> None:
        self.config = config
        self.compute = compute
        self.node = node
        self._stated_by_class = _authored(type(config))

    def stated(self, name: str) -> Any:
        """The value the config states for a field, or None: given to it, or written over our default by its class."""
        config = self.config
        config._note(name)
        value = config._look_up(name)
        is_stated = name in config.__pydantic_fields_set__ or name in self._stated_by_class
        return as_expression(value) if is_stated else None

    def find(self, *names: str) -> Any:
        """The value that counts, or None."""
        config = self.config
        config._note(*names)
        default = None
        for name in names:
            value = config._look_up(name)
            if value is None:
                continue
            if name in config.__pydantic_fields_set__ or name in self._stated_by_class:
                return value if type(value) is str else as_expression(value)
            if default is None:
                default = value
        value = self.compute.get(names[-1])
        if value is None:
            return default
        return value if type(value) is str else as_expression(value)

    def text(self, *names: str) -> Value | None:
        """A text or reference, or None."""
        value = self.find(*names)
        if value is None or (isinstance(value, str | Get | Join) and value != ""):
            return value
        raise self.wrong(names, "a text", value)

    def plain_text(self, *names: str) -> str | None:
        """A text that is known now, or None."""
        value = self.find(*names)
        if value is None or (isinstance(value, str) and value):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise self.wrong(names, "a text known when the pipeline is compiled", value)

    def count(self, *names: str) -> int | Get | Join | None:
        """A whole number of at least 1 or a reference, or None."""
        value = self.find(*names)
        if value is None or isinstance(value, Get | Join):
            return value
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.wrong(names, "a whole number of at least 1", value)
        return value

    def flag(self, *names: str) -> bool | None:
        """True or False, or None."""
        value = self.find(*names)
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(names, "true or false", value)

    def switch(self, *names: str) -> bool | Get | Join | None:
        """True, False or a reference, or None."""
        value = self.find(*names)
        return value if isinstance(value, Get | Join) else self.flag(*names)

    def items(self, *names: str) -> list[Any]:
        """A list; empty when not set."""
        value = self.find(*names)
        if value is None:
            return []
        if isinstance(value, list | tuple):
            return [as_expression(v) for v in value]
        raise self.wrong(names, "a list", value)

    def mapping(self, *names: str) -> dict[str, Any]:
        """A mapping with text keys; empty when not set."""
        value = self.find(*names)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return {str(k): as_expression(v) for k, v in value.items()}
        raise self.wrong(names, "a mapping", value)

    def wrong(self, names: tuple[str, ...], wanted: str, value: object) -> ConfigurationError:
        """The error for a setting of the wrong kind."""
        stated = next((n for n in names if self.stated(n) is not None), names[-1])
        return ConfigurationError(
            f"Step '{self.node}': setting '{stated}' must be {wanted}, not {value!r}.",
            hint=f"Correct '{stated}' in the config of '{self.node}', or in 'compute' of the step's manifest.",
            step=self.node,
        )

    def missing(self, what: str, hint: str) -> ConfigurationError:
        """The error for a setting that nothing gives."""
        return ConfigurationError(f"Step '{self.node}': {what}.", hint=hint, step=self.node)


@lru_cache(maxsize=256)
def _authored(config_class: type[BasePipelineConfig]) -> frozenset[str]:
    """The fields whose defaults are a statement of the class's author: they are not those of our class below it."""
    ours = {n: f for c in reversed(_OURS) if issubclass(config_class, c) for n, f in c.model_fields.items()}
    fields = config_class.model_fields
    return frozenset(n for n, field in fields.items() if n not in ours or ours[n].default != field.default)
