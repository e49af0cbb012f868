"""Condition steps: which steps run next, by values known when the pipeline runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.values import as_expression, join_uri
from cursus.errors import did_you_mean
from cursus.model.expression import Get, is_expression, plain

_COMPARISONS = ("Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
#: Type of a condition -> its keys in a config.
_KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_COMPARISONS, ("left", "right")),
    "In": ("value", "values"),
    "Not": ("condition",),
    "Or": ("conditions",),
}
_OPERANDS = (frozenset({"input"}), frozenset({"input", "file", "path"}), frozenset({"step", "property_file", "path"}))


class ConditionKind(BasicKind):
    """Runs ``if_steps`` when every one of ``conditions`` holds, else ``else_steps``.

    Config: ``conditions`` lists ``{type: GreaterThan, left: …, right: …}``, ``{type: In, value: …, values: […]}``,
    ``{type: Not, condition: …}`` and ``{type: Or, conditions: […]}``. A value is a scalar, a reference,
    ``{input: NAME}`` for what feeds an input, ``{input: NAME, file: metrics.json, path: auc}`` for a value in a JSON
    file below it, or ``{step: NODE, property_file: NAME, path: auc}``. ``if_steps`` and ``else_steps`` name nodes.
    """

    type = "Condition"
    sagemaker_types: tuple[str, ...] = ("Condition",)

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """Conditions and the names of the steps of both branches."""
        settings = parts.settings
        conditions = settings.items("conditions")
        if not conditions:
            raise settings.missing("there is nothing to decide by", f"Set 'conditions' for '{parts.node}'.")
        branches = {"IfSteps": settings.items("if_steps"), "ElseSteps": settings.items("else_steps")}
        for name, steps in (("if_steps", branches["IfSteps"]), ("else_steps", branches["ElseSteps"])):
            if not all(isinstance(step, str) for step in steps):
                raise settings.wrong((name,), "a list of names of steps", steps)
        return {"Conditions": [_condition(parts, filled, c) for c in conditions], **branches}


def _condition(parts: Parts, filled: Filled, given: Any) -> dict[str, Any]:
    kind = given.get("type") if isinstance(given, Mapping) else None
    keys = _KEYS.get(str(kind))
    if keys is None or set(given) != {"type", *keys}:
        wanted = f"a condition such as {{type: GreaterThan, left: …, right: …}}.{did_you_mean(str(kind), _KEYS)}"
        raise parts.settings.wrong(("conditions",), wanted.rstrip("."), given)
    if kind == "Not":
        # AWS refuses the name Expression, which older SDKs wrote.
        return {"Type": "Not", "Condition": _condition(parts, filled, given["condition"])}
    if kind == "Or":
        inner = _list(parts, given["conditions"])
        return {"Type": "Or", "Conditions": [_condition(parts, filled, c) for c in inner]}
    if kind == "In":
        values = [_operand(parts, filled, v) for v in _list(parts, given["values"])]
        return {"Type": "In", "QueryValue": _operand(parts, filled, given["value"]), "Values": values}
    left, right = (_operand(parts, filled, given[key]) for key in keys)
    return {"Type": kind, "LeftValue": left, "RightValue": right}


def _list(parts: Parts, value: Any) -> list[Any]:
    if isinstance(value, list) and value:
        return value
    raise parts.settings.wrong(("conditions",), "made of lists that hold something", value)


def _operand(parts: Parts, filled: Filled, value: Any) -> Any:
    if not isinstance(value, Mapping) or is_expression(value) or set(value) == {"Std:JsonGet"}:
        if isinstance(value, list) or value is None:
            raise parts.settings.wrong(("conditions",), "comparisons of single values", value)
        return as_expression(value)
    if frozenset(value) not in _OPERANDS:
        wanted = "comparisons of a scalar, a reference, {input}, {input, file, path} or {step, property_file, path}"
        raise parts.settings.wrong(("conditions",), wanted, dict(value))
    if "step" in value:
        file = Get(f"Steps.{value['step']}.PropertyFiles.{value['property_file']}")
        return {"Std:JsonGet": {"PropertyFile": plain(file), "Path": value["path"]}}
    name = str(value["input"])
    common.check_names(parts, "bound input", {name: ""}, filled.inputs)
    bound = filled.inputs[name]
    if "file" not in value:
        return bound
    return {"Std:JsonGet": {"S3Uri": plain(join_uri(bound, str(value["file"]))), "Path": value["path"]}}
