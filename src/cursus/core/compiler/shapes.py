"""Checking a value against a shape of AWS's service model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cursus.core.compiler.expressions import is_expression
from cursus.core.compiler.problems import Problems, kind_of, shown
from cursus.core.compiler.references import KIND_OF_TYPE, Scope, property_file_problem, resolve
from cursus.core.compiler.service_model import ServiceModel, Shape, compiled_pattern
from cursus.errors import did_you_mean

# Which kinds of run-time value SageMaker assigns to a member of a kind; it never turns numbers into strings by itself.
_ACCEPTED = {
    "string": {"string", "timestamp"},
    "timestamp": {"string", "timestamp"},
    "integer": {"integer"},
    "float": {"integer", "float"},
    "boolean": {"boolean"},
}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "float": (int, float),
    "boolean": (bool,),
    "timestamp": (str, int, float),
}
_JOIN_HINT = 'SageMaker converts a value to a string only in a join: {"Std:Join": {"On": "", "Values": [VALUE]}}'


class ShapeChecker:
    """Checks values inside one step.

    :param step: the step's name, or None for members of the definition itself.
    """

    def __init__(self, model: ServiceModel, scope: Scope, problems: Problems, step: str | None) -> None:
        self._model = model
        self._scope = scope
        self._problems = problems
        self._step = step

    def check(self, shape_name: str, value: Any, path: str, *, optional: Collection[str] = ()) -> None:
        """Add a problem for everything in ``value`` that the shape forbids.

        :param optional: members of the outermost structure that need not be there although the shape requires them.
        """
        shape = self._model.shape(shape_name)
        kind = shape["type"]
        if kind == "structure":
            self._structure(shape, value, path, optional)
        elif kind == "list":
            self._list(shape_name, value, path)
        elif kind == "map":
            self._map(shape_name, value, path)
        elif is_expression(value):
            self.expression(value, path, KIND_OF_TYPE.get(kind), shape_name)
        else:
            known = len(self._problems.findings)
            self._scalar(shape_name, value, path)
            if type(value) is str and len(self._problems.findings) == known:
                self._scope.sound.add((self._model.service, shape_name, value))

    def expression(
        self, value: Mapping[str, Any], path: str, wanted: str | None, shape_name: str | None = None
    ) -> None:
        """Check a run-time value; ``wanted`` is the kind the member has, None when any will do."""
        function, argument = next(iter(value.items()))
        if function == "Get":
            self._get(argument, path, wanted, shape_name)
        elif function == "Std:Join":
            self._join(argument, path)
            if wanted is not None and "string" not in _ACCEPTED[wanted]:
                self._add("type", path, f"a join gives a string, but the member is of type {wanted}")
        elif function == "Std:JsonGet":
            self._json_get(argument, path)
        else:
            close = did_you_mean(function, ("Std:Join", "Std:JsonGet"))
            self._add("reference", path, f"'{function}' is not a function of the definition language.{close}")

    def _add(self, code: str, path: str, reason: str, hint: str | None = None) -> None:
        self._problems.add(code, self._step, path, reason, hint=hint)

    def _container(self, value: Any, wanted: type, path: str) -> bool:
        word = "an object" if wanted is dict else "a list"
        if is_expression(value):
            self._add("type", path, f"has to be {word} written out; a run-time value may stand only for a single value")
        elif not isinstance(value, wanted):
            self._add("type", path, f"has to be {word}, not {kind_of(value)}")
        else:
            return True
        return False

    def _structure(self, shape: Shape, value: Any, path: str, optional: Collection[str]) -> None:
        if not self._container(value, dict, path):
            return
        members = shape["members"]
        self._problems.unknown_members(self._step, path, value, members)
        for name in shape.get("required", ()):
            if name not in value and name not in optional:
                self._add("missing-member", path, f"'{name}' is required and missing")
        if shape.get("union") and len([m for m in value if m in members]) != 1:
            self._add("type", path, f"has to hold exactly one of {', '.join(members)}")
        service, sound = self._model.service, self._scope.sound
        for name, item in value.items():
            if name in members:
                member = members[name]["shape"]
                if type(item) is not str or (service, member, item) not in sound:
                    self.check(member, item, f"{path}.{name}")

    def _list(self, shape_name: str, value: Any, path: str) -> None:
        if not self._container(value, list, path):
            return
        shape = self._model.shape(shape_name)
        self._bounds(shape_name, len(value), path, "entries")
        for number, item in enumerate(value):
            self.check(shape["member"]["shape"], item, f"{path}[{number}]")

    def _map(self, shape_name: str, value: Any, path: str) -> None:
        if not self._container(value, dict, path):
            return
        shape = self._model.shape(shape_name)
        self._bounds(shape_name, len(value), path, "entries")
        for name, item in value.items():
            self.check(shape["key"]["shape"], name, f"{path} (key '{name}')")
            self.check(shape["value"]["shape"], item, f"{path}['{name}']")

    def _scalar(self, shape_name: str, value: Any, path: str) -> None:
        kind = KIND_OF_TYPE.get(self._model.shape(shape_name)["type"], "string")
        matches = isinstance(value, _PYTHON_TYPES[kind]) and (kind == "boolean") == isinstance(value, bool)
        if not matches:
            self._add("type", path, f"has to be of type {kind}, not {kind_of(value)} ({shown(value)})")
        elif isinstance(value, str) and kind == "string":
            self._string(shape_name, value, path)
        elif kind in ("integer", "float"):
            self._bounds(shape_name, value, path, "")

    def _string(self, shape_name: str, value: str, path: str) -> None:
        shape = self._model.shape(shape_name)
        choices = shape.get("enum")
        if choices is not None:
            if value not in choices:
                listing = did_you_mean(value, choices) or f" Allowed: {', '.join(choices)}."
                self._add("enum", path, f"'{value}' is not an allowed value.{listing}")
            return
        if not self._bounds(shape_name, len(value), path, "characters"):
            return
        pattern = compiled_pattern(shape["pattern"]) if "pattern" in shape else None
        if pattern is not None and pattern.fullmatch(value) is None:
            self._add("pattern", path, f"{shown(value)} does not match the pattern {shape['pattern']}")

    def _bounds(self, shape_name: str, number: float, path: str, unit: str) -> bool:
        shape = self._model.shape(shape_name)
        least, most = shape.get("min"), shape.get("max")
        if least is not None and number < least:
            verdict = f"less than the least allowed, {least}"
        elif most is not None and number > most:
            verdict = f"more than the most allowed, {most}"
        else:
            return True
        amount = f"{number} {unit}".rstrip()
        source = f"'{shape_name}' in botocore's model of {self._model.service}"
        self._add("limit", path, f"{amount} is {verdict} ({source})")
        return False

    def _get(self, text: Any, path: str, wanted: str | None, shape_name: str | None) -> None:
        if not isinstance(text, str):
            self._add("reference", path, f"'Get' has to name something, not hold {kind_of(text)}")
            return
        referent = resolve(text, self._scope)
        if referent.problem is not None:
            self._add("reference", path, f"the reference '{text}' {referent.problem}")
            return
        if wanted is not None and referent.kind is not None and referent.kind not in _ACCEPTED[wanted]:
            hint = _JOIN_HINT if wanted == "string" else None
            self._add(
                "type",
                path,
                f"the reference '{text}' is of type {referent.kind}, but the member of type {wanted}",
                hint,
            )
        elif shape_name is not None and referent.parameter is not None:
            default = referent.parameter.get("DefaultValue")
            if isinstance(default, str | int | float):
                self._scalar(shape_name, default, f"{path} (default of parameter '{text.removeprefix('Parameters.')}')")

    def _join(self, argument: Any, path: str) -> None:
        if not isinstance(argument, dict) or not isinstance(argument.get("Values"), list):
            self._add("type", path, "a join has to hold 'On' and a list 'Values'")
            return
        self._problems.unknown_members(self._step, f"{path} (join)", argument, ("On", "Values"))
        if not isinstance(argument.get("On", ""), str):
            self._add("type", path, "'On' of a join has to be a string")
        for number, item in enumerate(argument["Values"]):
            place = f"{path} (join)[{number}]"
            if is_expression(item):
                self.expression(item, place, None)
            elif not isinstance(item, str | int | float):
                self._add("type", place, f"only single values can be joined, not {kind_of(item)}")

    def _json_get(self, argument: Any, path: str) -> None:
        if not isinstance(argument, dict) or not isinstance(argument.get("Path"), str):
            self._add("type", path, "a JSON look-up has to hold a 'Path' and a 'PropertyFile' or an 'S3Uri'")
            return
        self._problems.unknown_members(
            self._step, f"{path} (JSON look-up)", argument, ("Path", "PropertyFile", "S3Uri")
        )
        if "S3Uri" in argument:
            self._value(argument["S3Uri"], f"{path} (JSON look-up).S3Uri")
            return
        file = argument.get("PropertyFile")
        text = file.get("Get") if isinstance(file, dict) else None
        problem = property_file_problem(text, self._scope) if isinstance(text, str) else "is missing"
        if problem is not None:
            self._add("reference", path, f"the property file '{text}' {problem}")

    def _value(self, value: Any, path: str) -> None:
        if is_expression(value):
            self.expression(value, path, "string")
        elif not isinstance(value, str):
            self._add("type", path, f"has to be of type string, not {kind_of(value)}")
