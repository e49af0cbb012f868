"""Make a :class:`Contract` or :class:`Spec` of what a module states, by the rules of the published constructors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec, column_type_problems
from cursus.workspace.reading.evaluate import Evaluator
from cursus.workspace.reading.values import DEPENDENCY, OUTPUT, Instance, Wrong

#: constructor -> its keywords; the required ones are True.
_FIELDS: Mapping[str, Mapping[str, bool]] = {
    "ScriptContract": {
        "entry_point": True,
        "expected_input_paths": True,
        "expected_output_paths": True,
        "required_env_vars": True,
        "optional_env_vars": False,
        "expected_arguments": False,
        "framework_requirements": False,
        "description": False,
        "schemas": False,
    },
    "StepSpecification": {
        "step_type": True,
        "node_type": True,
        "dependencies": False,
        "outputs": False,
        "script_contract": False,
    },
    DEPENDENCY: {
        "logical_name": True,
        "dependency_type": True,
        "required": False,
        "compatible_sources": False,
        "semantic_keywords": False,
        "data_type": False,
        "description": False,
    },
    OUTPUT: {
        "logical_name": True,
        "aliases": False,
        "output_type": True,
        "property_path": True,
        "data_type": False,
        "description": False,
    },
}


def contract_of(evaluator: Evaluator, instance: Instance) -> Contract:
    """The contract a ``ScriptContract(…)`` call states.

    :raises NotStatic: a value of it cannot be known by reading.
    :raises Wrong: the constructor would refuse it.
    """
    given = _Arguments(evaluator, instance)
    required = given.texts("required_env_vars")
    optional = given.mapping("optional_env_vars")
    both = sorted(set(required) & set(optional))
    if both:
        raise given.wrong(f"environment variables both required and optional: {', '.join(both)}")
    arguments = {
        n.removeprefix("--"): given.scalar("expected_arguments", v) for n, v in _items(given, "expected_arguments")
    }
    folded = [n.replace("-", "_") for n in arguments]
    twice = sorted({n for n in folded if folded.count(n) > 1})
    if twice:
        raise given.wrong(f"arguments stated twice (hyphen and underscore do not differ): {', '.join(twice)}")
    inputs, outputs = given.text_mapping("expected_input_paths"), given.text_mapping("expected_output_paths")
    schemas = {n: given.texts_of("schemas", columns) for n, columns in given.mapping("schemas").items()}
    unknown = sorted(schemas.keys() - inputs.keys() - outputs.keys())
    if unknown:
        raise given.wrong(f"schemas for unknown inputs or outputs: {', '.join(unknown)}")
    if problems := column_type_problems(schemas):
        raise given.wrong("; ".join(problems))
    return Contract(
        entry_point=given.text("entry_point"),
        inputs=inputs,
        outputs=outputs,
        required_env=required,
        optional_env={n: given.scalar("optional_env_vars", v) or "" for n, v in optional.items()},
        arguments=arguments,
        framework_requirements=given.text_mapping("framework_requirements"),
        description=given.text("description", ""),
        schemas=schemas,
        source=instance.file,
        line=instance.line,
    )


def spec_of(evaluator: Evaluator, instance: Instance) -> Spec:
    """The specification a ``StepSpecification(…)`` call states; its ``script_contract`` is not looked at.

    :raises NotStatic: a value of it cannot be known by reading.
    :raises Wrong: the constructor would refuse it.
    """
    given = _Arguments(evaluator, instance, skip=frozenset({"script_contract"}))
    dependencies = tuple(_dependency(evaluator, p) for p in given.ports("dependencies", DEPENDENCY))
    outputs = tuple(_output(evaluator, p) for p in given.ports("outputs", OUTPUT))
    names = [d.name for d in dependencies], [n for o in outputs for n in (o.name, *o.aliases)]
    for each in names:
        twice = sorted({n for n in each if each.count(n) > 1})
        if twice:
            raise given.wrong(f"ports stated twice: {', '.join(twice)}")
    spec = Spec(
        step_type=given.text("step_type"),
        node_type=given.enum("node_type", NodeType),
        dependencies=dependencies,
        outputs=outputs,
        source=instance.file,
        line=instance.line,
    )
    problem = shape_problem(spec)
    if problem:
        raise given.wrong(problem)
    return spec


def shape_problem(spec: Spec) -> str | None:
    """Why the ports do not fit the node type, or None when they do."""
    may = {
        NodeType.SOURCE: (False, True),
        NodeType.INTERNAL: (True, True),
        NodeType.SINK: (True, False),
        NodeType.SINGULAR: (False, False),
    }[spec.node_type]
    for what, wanted, ports in zip(("dependencies", "outputs"), may, (spec.dependencies, spec.outputs), strict=True):
        if wanted != bool(ports):
            must = "must have" if wanted else "must not have"
            return f"a step of node type '{spec.node_type.value}' {must} {what}"
    return None


def _dependency(evaluator: Evaluator, instance: Instance) -> Dependency:
    given = _Arguments(evaluator, instance)
    return Dependency(
        name=given.text("logical_name"),
        type=given.enum("dependency_type", DependencyType),
        required=given.flag("required", default=True),
        compatible_sources=given.texts("compatible_sources"),
        semantic_keywords=given.texts("semantic_keywords"),
        data_type=given.text("data_type", "S3Uri"),
        description=given.text("description", ""),
        line=instance.line,
    )


def _output(evaluator: Evaluator, instance: Instance) -> Output:
    given = _Arguments(evaluator, instance)
    path = given.text("property_path")
    if not path.startswith("properties.") or path == "properties.":
        raise given.wrong(f"property_path must start with 'properties.', not '{path}'")
    return Output(
        name=given.text("logical_name"),
        type=given.enum("output_type", DependencyType),
        property_path=path,
        aliases=given.texts("aliases"),
        data_type=given.text("data_type", "S3Uri"),
        description=given.text("description", ""),
        line=instance.line,
    )


class _Arguments:
    """The evaluated keyword arguments of one constructor call."""

    def __init__(self, evaluator: Evaluator, instance: Instance, skip: frozenset[str] = frozenset()) -> None:
        self.instance = instance
        if instance.positional:
            raise self.wrong(f"{instance.type} takes keyword arguments only")
        pairs = [p for p in instance.keywords if p[0] not in skip]
        self.values = evaluator.keywords(pairs, instance.scope, instance.line)
        fields = _FIELDS[instance.type]
        unknown = [n for n in self.values if n not in fields]
        missing = [n for n, required in fields.items() if required and n not in self.values]
        if unknown:
            raise self.wrong(f"{instance.type} has no argument {', '.join(unknown)}; it has {', '.join(fields)}")
        if missing:
            raise self.wrong(f"{instance.type} lacks {', '.join(missing)}")

    def wrong(self, message: str) -> Wrong:
        return Wrong(self.instance.file, self.instance.line, message)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(f"{name} must be text, not {_kind(value)}")
        return str(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} must be True or False, not {_kind(value)}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.values.get(name, [])
        if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
            raise self.wrong(f"{name} must be a list of texts")
        return tuple(str(v) for v in values)

    def mapping(self, name: str) -> dict[str, Any]:
        values = self.values.get(name, {})
        if not isinstance(values, dict) or not all(isinstance(k, str) for k in values):
            raise self.wrong(f"{name} must be a dict with texts as keys")
        return {str(k): v for k, v in values.items()}

    def text_mapping(self, name: str) -> dict[str, str]:
        return self.texts_of(name, self.mapping(name))

    def texts_of(self, name: str, values: Any) -> dict[str, str]:
        if not isinstance(values, dict) or not all(isinstance(t, str) for pair in values.items() for t in pair):
            raise self.wrong(f"{name} must be a dict of texts")
        return {str(k): str(v) for k, v in values.items()}

    def scalar(self, name: str, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is None and name == "expected_arguments":
            return None
        if isinstance(value, str | int | float):
            return str(value)
        raise self.wrong(f"{name} must hold texts, numbers or booleans, not {_kind(value)}")

    def enum(self, name: str, kind: Any) -> Any:
        value = self.values[name]
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(m.value for m in kind)
            raise self.wrong(f"{name} must be one of {allowed}") from None

    def ports(self, name: str, kind: str) -> list[Instance]:
        values = self.values.get(name, [])
        if isinstance(values, dict):
            values = list(values.values())
        if not isinstance(values, list | tuple) or not all(isinstance(v, Instance) and v.type == kind for v in values):
            raise self.wrong(f"{name} must be a list of {kind}")
        return list(values)


def _items(given: _Arguments, name: str) -> list[tuple[str, Any]]:
    return list(given.mapping(name).items())


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
