"""``StepSpecification``: the ports of a step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cursus.core.base.contract_base import AlignmentResult, ScriptContract
from cursus.core.base.enums import DependencyType, NodeType
from cursus.model.step import Dependency, Output, Spec

_PORT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

#: node type -> (has dependencies, has outputs)
_SHAPES = {
    NodeType.SOURCE: (False, True),
    NodeType.INTERNAL: (True, True),
    NodeType.SINK: (True, False),
    NodeType.SINGULAR: (False, False),
}


def _port_name(value: str) -> str:
    if not _PORT_NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not a logical name: 1 to 64 letters, digits, '.', '_' or '-'")
    return value


class DependencySpec(BaseModel):
    """An input port.

    :param compatible_sources: canonical names of steps whose outputs may feed it; empty means any.
    :param semantic_keywords: words that break ties when outputs are scored.
    :param data_type: ``S3Uri`` for data, ``String`` and the like for values.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    logical_name: str
    dependency_type: DependencyType
    required: bool = True
    compatible_sources: list[str] = []
    semantic_keywords: list[str] = []
    data_type: str = "S3Uri"
    description: str = ""

    _name = field_validator("logical_name")(_port_name)


class OutputSpec(BaseModel):
    """An output port.

    :param aliases: further names consumers may know it by.
    :param property_path: where SageMaker reports it, ``properties.…``.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    logical_name: str
    aliases: list[str] = []
    output_type: DependencyType
    property_path: str
    data_type: str = "S3Uri"
    description: str = ""

    _name = field_validator("logical_name")(_port_name)

    @field_validator("property_path")
    @classmethod
    def _is_a_property(cls, value: str) -> str:
        if not value.startswith("properties.") or value == "properties.":
            raise ValueError(f"property_path must start with 'properties.', not {value!r}")
        return value

    @model_validator(mode="after")
    def _aliases_differ(self) -> OutputSpec:
        names = [self.logical_name, *self.aliases]
        again = sorted({name for name in names if names.count(name) > 1})
        if again:
            raise ValueError(f"output {self.logical_name!r} names {', '.join(again)} twice")
        return self

    def matches_name_or_alias(self, name: str) -> bool:
        """True for the logical name and for every alias."""
        return name == self.logical_name or name in self.aliases


class StepSpecification(BaseModel):
    """The ports of a step.

    :param step_type: canonical step name, with ``_<JobType>`` for a job variant.
    :param dependencies: given as a list, kept as a dict by logical name.
    :param outputs: given as a list, kept as a dict by logical name.
    :param script_contract: the script's contract; it is compared with the ports when given.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    step_type: str = Field(min_length=1)
    node_type: NodeType
    dependencies: dict[str, DependencySpec] = Field(default_factory=dict)
    outputs: dict[str, OutputSpec] = Field(default_factory=dict)
    script_contract: ScriptContract | None = None

    @field_validator("dependencies", "outputs", mode="before")
    @classmethod
    def _by_logical_name(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        by_name: dict[str, Any] = {}
        for port in value:
            name = port.get("logical_name") if isinstance(port, Mapping) else getattr(port, "logical_name", None)
            if not isinstance(name, str):
                raise ValueError(f"{port!r} is not a port: it has no logical_name")
            if name in by_name:
                raise ValueError(f"duplicate logical name {name!r}")
            by_name[name] = port
        return by_name

    @model_validator(mode="after")
    def _is_consistent(self) -> StepSpecification:
        for ports in (self.dependencies, self.outputs):
            for key, port in ports.items():
                if key != port.logical_name:
                    raise ValueError(f"port {port.logical_name!r} stands under the key {key!r}")
        problems = [*self._alias_clashes(), *self._shape_problems()]
        if self.script_contract is not None:
            problems += self.validate_contract_alignment().errors
        if problems:
            raise ValueError(f"specification of {self.step_type!r}: " + "; ".join(problems))
        return self

    def _alias_clashes(self) -> list[str]:
        owner = {name: name for name in self.outputs}
        clashes = []
        for output in self.outputs.values():
            for alias in output.aliases:
                other = owner.setdefault(alias, output.logical_name)
                if other != output.logical_name:
                    clashes.append(f"alias {alias!r} of output {output.logical_name!r} already names output {other!r}")
        return clashes

    def _shape_problems(self) -> list[str]:
        wants_dependencies, wants_outputs = _SHAPES[self.node_type]
        rows = (
            ("dependencies", wants_dependencies, list(self.dependencies)),
            ("outputs", wants_outputs, list(self.outputs)),
        )
        problems = []
        for what, wanted, names in rows:
            if wanted and not names:
                problems.append(f"a step of node type {self.node_type.value!r} must have {what}")
            if names and not wanted:
                problems.append(
                    f"a step of node type {self.node_type.value!r} must not have {what}: {', '.join(names)}"
                )
        return problems

    def get_dependency(self, logical_name: str) -> DependencySpec | None:
        """The dependency of that name, or None."""
        return self.dependencies.get(logical_name)

    def get_output(self, logical_name: str) -> OutputSpec | None:
        """The output of that logical name, or None; aliases do not count."""
        return self.outputs.get(logical_name)

    def get_output_by_name_or_alias(self, name: str) -> OutputSpec | None:
        """The output of that logical name or alias, or None."""
        found = self.outputs.get(name)
        return found or next((o for o in self.outputs.values() if name in o.aliases), None)

    def list_dependencies(self) -> list[DependencySpec]:
        """All dependencies in the order written."""
        return list(self.dependencies.values())

    def list_outputs(self) -> list[OutputSpec]:
        """All outputs in the order written."""
        return list(self.outputs.values())

    def list_required_dependencies(self) -> list[DependencySpec]:
        """Dependencies that must be fed."""
        return [d for d in self.dependencies.values() if d.required]

    def list_optional_dependencies(self) -> list[DependencySpec]:
        """Dependencies that may stay open."""
        return [d for d in self.dependencies.values() if not d.required]

    def list_dependencies_by_type(self, dependency_type: DependencyType) -> list[DependencySpec]:
        """Dependencies through which that type flows."""
        return [d for d in self.dependencies.values() if d.dependency_type is dependency_type]

    def list_outputs_by_type(self, output_type: DependencyType) -> list[OutputSpec]:
        """Outputs of that type."""
        return [o for o in self.outputs.values() if o.output_type is output_type]

    def list_all_output_names(self) -> list[str]:
        """Every name an output answers to: logical names, each followed by its aliases."""
        return [name for o in self.outputs.values() for name in (o.logical_name, *o.aliases)]

    def validate_contract_alignment(self, contract: ScriptContract | None = None) -> AlignmentResult:
        """Compare the ports with ``contract``, by default the spec's own.

        A contract path without a port and a required data port without a path are errors: data would have nowhere to
        come from or to go. A port the script does not know is a warning.
        """
        contract = contract or self.script_contract
        if contract is None:
            return AlignmentResult.of((), (f"{self.step_type!r} has no script contract to compare with",))
        inputs = contract.expected_input_paths
        open_ports = [d for d in _data_ports(self.dependencies.values()) if d.logical_name not in inputs]
        errors = [
            *(f"contract input {n!r} is no dependency" for n in inputs if n not in self.dependencies),
            *(
                f"contract output {n!r} is no output or alias"
                for n in contract.expected_output_paths
                if self.get_output_by_name_or_alias(n) is None
            ),
            *(f"dependency {d.logical_name!r} has no path in the contract" for d in open_ports if d.required),
        ]
        warnings = [
            *(f"dependency {d.logical_name!r} has no path in the contract" for d in open_ports if not d.required),
            *(
                f"output {o.logical_name!r} has no path in the contract"
                for o in _data_ports(self.outputs.values())
                if not any(o.matches_name_or_alias(n) for n in contract.expected_output_paths)
            ),
        ]
        return AlignmentResult.of(errors, warnings)

    def as_model(self) -> Spec:
        """The same facts as the shared noun, without the contract."""
        return Spec(
            step_type=self.step_type,
            node_type=self.node_type,
            dependencies=tuple(
                Dependency(
                    name=d.logical_name,
                    type=d.dependency_type,
                    required=d.required,
                    compatible_sources=tuple(d.compatible_sources),
                    semantic_keywords=tuple(d.semantic_keywords),
                    data_type=d.data_type,
                    description=d.description,
                )
                for d in self.dependencies.values()
            ),
            outputs=tuple(
                Output(
                    name=o.logical_name,
                    type=o.output_type,
                    property_path=o.property_path,
                    aliases=tuple(o.aliases),
                    data_type=o.data_type,
                    description=o.description,
                )
                for o in self.outputs.values()
            ),
        )


_Port = TypeVar("_Port", DependencySpec, OutputSpec)


def _data_ports(ports: Iterable[_Port]) -> list[_Port]:
    """Ports through which files flow; values such as a model's name need no folder."""
    return [p for p in ports if p.data_type == "S3Uri"]
