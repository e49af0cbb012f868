"""Values of a config and a request that may only be known when the pipeline runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import PlainSerializer, PlainValidator

from cursus.core.base.scalars import scalar_text
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join, is_expression, plain

#: What may stand where SageMaker wants a string.
Value: TypeAlias = str | Get | Join


def as_expression(value: Any) -> Any:
    """The JSON form of an expression as :class:`Get` or :class:`Join`; everything else as it is.

    :raises ConfigurationError: for a mapping that has an expression's key but not its form.
    """
    # Most values are none; the look at what kind of mapping it is costs more than this.
    kind = type(value)
    if value is None or kind is str or not (kind is dict or isinstance(value, Mapping)) or not is_expression(value):
        return value
    if "Get" in value:
        if not isinstance(value["Get"], str):
            raise ConfigurationError(
                f"{dict(value)!r} is not a reference: 'Get' takes a text such as 'Parameters.Name'."
            )
        return Get(value["Get"])
    join = value["Std:Join"]
    values = join.get("Values") if isinstance(join, Mapping) else None
    if not isinstance(values, list | tuple):
        raise ConfigurationError(f"{dict(value)!r} is not a join: it takes 'On' and a list of 'Values'.")
    return Join(str(join.get("On", "")), tuple(as_expression(v) for v in values))


def _reference(value: Any) -> Get | Join:
    found = as_expression(value)
    if not isinstance(found, Get | Join):
        raise ValueError("is not a reference such as {Get: Parameters.Name}")
    return found


#: Type of a config field's value that is a reference; write ``str | Reference`` to allow pipeline parameters.
Reference: TypeAlias = Annotated[
    Get | Join, PlainValidator(_reference), PlainSerializer(plain, return_type=dict[str, Any])
]
#: How pydantic calls the branch of a union that :data:`Reference` is.
REFERENCE_BRANCH = "function-plain[_reference()]"


def join_uri(base: Value, *parts: Value) -> Value:
    """``base/part/part`` without doubled slashes: text when all of it is text, else a :class:`Join` on ``/``."""
    if isinstance(base, str):
        base = base.rstrip("/")
        known = [part for part in parts if isinstance(part, str)]
        return "/".join((base, *known)) if len(known) == len(parts) else Join("/", (base, *parts))
    if isinstance(base, Join) and base.on == "/":
        return Join("/", (*base.values, *parts))
    return Join("/", (base, *parts))


def text(value: Any) -> Value:
    """``value`` as SageMaker takes it for an environment variable, an argument or a hyperparameter.

    Scalars are written out, an expression of any type becomes a string, lists and mappings become compact JSON.
    """
    if type(value) is str:
        return value
    value = as_expression(value)
    if isinstance(value, Get):
        return Join("", (value,))
    if isinstance(value, Join):
        return value
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        ordered = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return json.dumps(plain(ordered), sort_keys=True, separators=(",", ":"), default=str)
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None:
        return str(isoformat())
    try:
        written = scalar_text(getattr(value, "value", value))
    except ValueError:
        return str(value)
    return "" if written is None else written


def local_text(value: Any, parameters: Mapping[str, Any]) -> str:
    """``value`` for a run on this machine: parameters by their defaults, other references as their JSON form."""
    if type(value) is str:
        return value
    value = _known(as_expression(value), parameters)
    return value if isinstance(value, str) else json.dumps(plain(value))


def _known(value: Any, parameters: Mapping[str, Any]) -> Any:
    """``value`` with every parameter that has a default replaced by its text."""
    if isinstance(value, Get):
        default = parameters.get(value.path.removeprefix("Parameters."))
        return value if default is None or not value.path.startswith("Parameters.") else text(default)
    if isinstance(value, Join):
        values = [_known(as_expression(v), parameters) for v in value.values]
        if all(not isinstance(v, Get | Join) for v in values):
            return value.on.join(str(text(v)) for v in values)
        return Join(value.on, tuple(values))
    return text(value)


# A hand-written config may declare a field as ``str`` and still be given a reference. Such a field gets a token, a text
# that survives formatting and concatenation; the finished request has its tokens turned back.
_TOKEN = re.compile(r"\$\{cursus:([^}]+)\}")


def to_token(value: Any) -> Any:
    """The token of a :class:`Get`; everything else as it is."""
    value = as_expression(value)
    return f"${{cursus:{value.path}}}" if isinstance(value, Get) else value


def from_tokens(value: Any, in_json: bool = False) -> Any:
    """``value`` with every token in it turned back: a whole one to its :class:`Get`, one inside a text to a join.

    :param in_json: give these, and every other reference, in JSON form.
    """
    kind = type(value)
    if kind is dict:
        # A call for each text would double the time.
        return {
            k if type(k) is str else str(k): v if type(v) is str and "${cursus:" not in v else from_tokens(v, in_json)
            for k, v in value.items()
        }
    if kind is list:
        return [from_tokens(v, in_json) for v in value]
    if kind is Get:
        return value.to_json() if in_json else value
    if value is None or kind is bool or kind is int:
        return value
    if isinstance(value, str):
        found: Any = _text_from_tokens(value) if "${cursus:" in value else value
        return plain(found) if in_json else found
    if isinstance(value, Join):
        joined = Join(value.on, tuple(from_tokens(v, in_json) for v in value.values))
        return joined.to_json() if in_json else joined
    if isinstance(value, Mapping):
        return {str(key): from_tokens(v, in_json) for key, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [from_tokens(v, in_json) for v in value]
    return value


def _text_from_tokens(value: str) -> Value:
    pieces = _TOKEN.split(value)
    if len(pieces) == 1:
        return value
    parts = [Get(piece) if n % 2 else piece for n, piece in enumerate(pieces)]
    kept = tuple(part for part in parts if part != "")
    only = kept[0]
    return only if len(kept) == 1 and isinstance(only, Get) else Join("", kept)
