"""Config values in JSON: what JSON has no form for goes in under a tag, and comes out again as what it was.

A tagged value is ``{"__type__": "date", "value": "2024-02-29"}``; a nested model ``{"__model_type__": "Class", ...}``.
A model's fields are written plainly wherever the field's own type brings the value back, and tagged elsewhere.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath, PurePosixPath
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.expression import Get, Join

TYPE_KEY = "__type__"
VALUE_KEY = "value"
MODEL_KEY = "__model_type__"

#: Tag, type, to a JSON value, and back. The first type that a value is exactly of counts; paths are one by family.
_SCALARS: tuple[tuple[str, type, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    ("datetime", datetime, datetime.isoformat, datetime.fromisoformat),
    ("date", date, date.isoformat, date.fromisoformat),
    ("time", time, time.isoformat, time.fromisoformat),
    ("timedelta", timedelta, lambda v: [v.days, v.seconds, v.microseconds], lambda v: timedelta(*v)),
    ("path", type(Path()), str, Path),
    ("pure_path", PurePosixPath, str, PurePosixPath),
    ("decimal", Decimal, str, Decimal),
    ("uuid", UUID, str, UUID),
    ("bytes", bytes, lambda v: base64.b64encode(v).decode("ascii"), base64.b64decode),
)
_COLLECTIONS: Mapping[str, Callable[[Any], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}


class NotJson(ConfigurationError):
    """A value that no JSON, tagged or not, brings back."""


def encode(value: Any, *, escape: bool = False) -> Any:
    """``value`` as JSON; expressions in their own JSON form.

    :param escape: tag mappings that have the keys of a tag themselves; without it they are taken to be tags already.
    :raises NotJson: a value of a type that cannot be brought back, such as an enum; a model's field type can do that.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, Get | Join):
        return value.to_json()
    if isinstance(value, BaseModel):
        return {MODEL_KEY: type(value).__name__, **encode_model(value)}
    if isinstance(value, Mapping):
        return _encode_mapping(value, escape)
    if type(value) is list:
        return [encode(v, escape=escape) for v in value]
    name = next((name for name, kind in _COLLECTIONS.items() if type(value) is kind), None)
    if name is not None:
        ordered = value if name == "tuple" else sorted(value, key=repr)
        return _tag(name, [encode(v, escape=escape) for v in ordered])
    return _encode_scalar(value)


def _encode_scalar(value: Any) -> Any:
    if type(value) is float:
        return value if math.isfinite(value) else _tag("float", str(value))
    for name, exact, write, _ in _SCALARS:
        if type(value) is exact:
            return _tag(name, write(value))
    raise NotJson(f"{value!r} of type {type(value).__name__} has no form in JSON that brings it back")


def encode_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Config values by name, each encoded.

    :raises ConfigurationError: naming the value that cannot be.
    """
    found = {}
    for name, value in values.items():
        try:
            found[name] = encode(value)
        except NotJson as error:
            raise ConfigurationError(
                f"Config value '{name}': {error.message}.", hint="Give its plain value; the config's field makes it."
            ) from error
    return found


def encode_model(model: BaseModel) -> dict[str, Any]:
    """A model's fields by name: those that were set, and those that are not at their default.

    What was left at its default is left out, so that what was stated can still be told from what was not.

    :raises ConfigurationError: naming the fields whose values could not be brought back.
    """
    values = _stated(model)
    written: dict[str, Any] = {}
    why: dict[str, str] = {}
    for name, value in values.items():
        with suppress(NotJson):
            written[name] = plain(value)
    for name in _lost(model, written) if len(written) == len(values) else values:
        try:
            written[name] = encode(values.get(name), escape=True)
        except NotJson as error:
            why[name] = error.message
    lost = _lost(model, written) if len(written) == len(values) else [name for name in values if name not in written]
    if lost:
        told = sorted(why.keys() & set(lost)) or lost
        raise _cannot(model, told, why.get(told[0], "what is written would not be read back as it is"))
    return {name: written[name] for name in values}


def classes_in(value: Any) -> dict[str, type]:
    """The models inside ``value``, itself included, by class name."""
    if isinstance(value, BaseModel):
        found = {type(value).__name__: type(value)}
        return found | classes_in(_stated(value))
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return {name: kind for part in parts for name, kind in classes_in(part).items()}


def decode(value: Any, classes: Mapping[str, type]) -> Any:
    """What :func:`encode` was given.

    :param classes: class name -> class of nested models.
    :raises ConfigurationError: an unknown tag or class, or a value that does not fit its tag.
    """
    if type(value) is str:
        return value
    if isinstance(value, list):
        return [decode(v, classes) for v in value]
    if not isinstance(value, dict):
        return value
    if MODEL_KEY in value:
        return _decode_model(value, classes)
    if value.keys() != {TYPE_KEY, VALUE_KEY}:
        return {key: decode(v, classes) for key, v in value.items()}
    name, content = value[TYPE_KEY], value[VALUE_KEY]
    try:
        return _read(name, content, classes)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ConfigurationError(f"{content!r} is not a {name} as written under '{TYPE_KEY}': {error}.") from error


def make(kind: type[Any], values: Mapping[str, Any]) -> Any:
    """A model of a class from decoded values: a config by its own reading of references, others by their constructor.

    :raises ConfigurationError: a config does not accept them.
    :raises ValueError: another model does not.
    """
    from_values = getattr(kind, "from_values", None)
    return kind(**values) if from_values is None else from_values(values)


def plain(value: Any) -> Any:
    """``value`` without tags, as a person would write it; what its type was is left to the field that takes it.

    :raises NotJson: there is no such form.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Get | Join):
        return value.to_json()
    if isinstance(value, BaseModel):
        return plain(_stated(value))
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(plain(key)): plain(v) for key, v in value.items()}
    if isinstance(value, set | frozenset):
        return [plain(v) for v in sorted(value, key=repr)]
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, PurePath | UUID | Decimal):
        return str(value)
    if value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value)):
        return value
    raise NotJson(f"{value!r} of type {type(value).__name__} has no plain form in JSON")


def _stated(model: BaseModel) -> dict[str, Any]:
    """Fields that were set or are not at their default, such as a day that a factory filled in; and extra ones."""
    stated = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        made = field.default_factory is not None and bool(value)
        if name in model.model_fields_set or made or (field.default_factory is None and not same(value, field.default)):
            stated[name] = value
    return {**stated, **(model.__pydantic_extra__ or {})}


def _lost(model: BaseModel, written: Mapping[str, Any]) -> list[str]:
    """The fields that come out of ``written`` as something else than they are; all, when nothing comes out."""
    classes = classes_in(model)
    try:
        again = make(type(model), {name: decode(value, classes) for name, value in written.items()})
    except (ValueError, ConfigurationError):
        return list(written)
    before, after = dict(model), dict(again)
    return [name for name in {**before, **after} if not same(before.get(name), after.get(name))]


def same(one: Any, other: Any) -> bool:
    """Equal and of the same types all the way down; NaN is the same as itself, 1 is not the same as True."""
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        return same(dict(one), dict(other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


def _cannot(model: BaseModel, fields: list[str], why: str) -> ConfigurationError:
    names = ", ".join(f"'{name}'" for name in fields)
    return ConfigurationError(
        f"{type(model).__name__} cannot be written: {names}: {why}.",
        hint="Declare the field with the type of its value, or give it a plain one.",
    )


def _tag(name: str, value: Any) -> dict[str, Any]:
    return {TYPE_KEY: name, VALUE_KEY: value}


def _encode_mapping(value: Mapping[Any, Any], escape: bool) -> Any:
    if all(type(key) is str for key in value) and not (escape and {TYPE_KEY, MODEL_KEY} & value.keys()):
        return {key: encode(v, escape=escape) for key, v in value.items()}
    return _tag("dict", [[encode(key, escape=escape), encode(v, escape=escape)] for key, v in value.items()])


def _decode_model(value: Mapping[str, Any], classes: Mapping[str, type]) -> Any:
    name = value[MODEL_KEY]
    if name not in classes:
        raise ConfigurationError(
            f"Class '{name}' is not known.{did_you_mean(str(name), classes)} Known: {', '.join(sorted(classes))}.",
            hint="Give the class to the reader, or correct the name.",
        )
    try:
        return make(classes[name], {key: decode(v, classes) for key, v in value.items() if key != MODEL_KEY})
    except ValueError as error:
        raise ConfigurationError(f"{name} does not accept its values: {error}") from error


def _read(name: str, content: Any, classes: Mapping[str, type]) -> Any:
    if name == "float":
        return float(content)
    if name == "dict":
        return {decode(key, classes): decode(v, classes) for key, v in content}
    if name in _COLLECTIONS:
        return _COLLECTIONS[name](decode(v, classes) for v in content)
    for known, _, _, read in _SCALARS:
        if known == name:
            return read(content)
    names = ["float", "dict", *_COLLECTIONS, *(known for known, *_ in _SCALARS)]
    raise ConfigurationError(
        f"'{name}' is not a type that '{TYPE_KEY}' can name.{did_you_mean(str(name), names)} Known: {', '.join(names)}."
    )
