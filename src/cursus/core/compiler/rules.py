"""What botocore does not know: step kinds without a SageMaker call, and the keys beside ``Arguments``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cursus.core.compiler.expressions import is_expression
from cursus.core.compiler.limits import RETRY_ATTEMPTS, RETRY_MINUTES, Limit
from cursus.core.compiler.problems import Problems, kind_of, shown
from cursus.core.compiler.references import Scope
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.shapes import ShapeChecker
from cursus.core.compiler.step_types import STEP_TYPES
from cursus.errors import did_you_mean

_COMPARISONS = ("Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
_CONDITION_MEMBERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_COMPARISONS, ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    # The service refuses "Expression", which older SDKs wrote (aws/sagemaker-python-sdk issue 2746).
    "Not": ("Condition",),
    "Or": ("Conditions",),
}
_DURATION = re.compile(r"(?=.*\d)P?(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?", re.IGNORECASE)
_RETRY_EXCEPTIONS = (
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
)
_OUTPUT_TYPES = ("String", "Integer", "Boolean", "Float")
_CHECK_TYPES = {
    "QualityCheck": ("DATA_QUALITY", "MODEL_QUALITY"),
    "ClarifyCheck": ("DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"),
}
_MAX_NESTING = 50


class StepRules:
    """The hand-written rules, applied to one step."""

    def __init__(self, step: Mapping[str, Any], scope: Scope, problems: Problems) -> None:
        self._step = step
        self._name = str(step["Name"])
        self._scope = scope
        self._problems = problems
        self._shapes = ShapeChecker(load_service_model("sagemaker"), scope, problems, self._name)

    def check_arguments(self) -> None:
        """``Arguments`` of a step kind that has no SageMaker call."""
        rules: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "Condition": self._condition_step,
            "Fail": self._fail_step,
            "Lambda": self._plain_arguments,
            "Callback": self._plain_arguments,
            "EMR": self._emr_step,
        }
        rule = rules[self._step["Type"]]
        arguments = self._step.get("Arguments")
        if isinstance(arguments, dict):
            rule(arguments)
        else:
            self._add("type", "Arguments", f"has to be an object, not {kind_of(arguments)}")

    def check_keys(self) -> None:
        """The keys beside ``Arguments``; unknown and missing ones have been reported already."""
        rules: Mapping[str, Callable[[Any, str], None]] = {
            "CacheConfig": self._cache_config,
            "RetryPolicies": self._retry_policies,
            "PropertyFiles": self._property_files,
            "OutputParameters": self._output_parameters,
            "CheckType": self._check_type,
            "SkipCheck": self._boolean,
            "FailOnViolation": self._boolean,
            "RegisterNewBaseline": self._boolean,
        }
        for key in STEP_TYPES[self._step["Type"]].keys:
            if self._step.get(key) is not None:
                rules.get(key, self._text)(self._step[key], key)

    def _add(self, code: str, path: str, reason: str) -> None:
        self._problems.add(code, self._name, path, reason)

    def _one_of(self, value: Any, choices: tuple[str, ...], path: str) -> None:
        if value not in choices:
            close = did_you_mean(str(value), choices) or f" Allowed: {', '.join(choices)}."
            self._add("enum", path, f"{shown(value)} is not an allowed value.{close}")

    def _object(self, value: Any, members: tuple[str, ...], required: tuple[str, ...], path: str) -> bool:
        if not isinstance(value, dict):
            self._add("type", path, f"has to be an object, not {kind_of(value)}")
            return False
        self._problems.unknown_members(self._name, path, value, members)
        missing = [name for name in required if name not in value]
        for name in missing:
            self._add("missing-member", path, f"'{name}' is required and missing")
        return not missing

    def _entries(self, value: Any, path: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self._add("type", path, f"has to be a list, not {kind_of(value)}")
        return []

    def _any_value(self, value: Any, path: str) -> None:
        """A single value of any type, or one known at run time."""
        if is_expression(value):
            self._shapes.expression(value, path, None)
        elif not isinstance(value, str | int | float):
            self._add("type", path, f"has to be a single value, not {kind_of(value)}")

    def _text(self, value: Any, path: str) -> None:
        if is_expression(value):
            self._shapes.expression(value, path, "string")
        elif not isinstance(value, str):
            self._add("type", path, f"has to be of type string, not {kind_of(value)}")

    def _boolean(self, value: Any, path: str) -> None:
        if is_expression(value):
            self._shapes.expression(value, path, "boolean")
        elif not isinstance(value, bool):
            self._add("type", path, f"has to be of type boolean, not {kind_of(value)}")

    # -- arguments ----------------------------------------------------------------------------------------------------

    def _condition_step(self, arguments: dict[str, Any]) -> None:
        if not self._object(arguments, ("Conditions", "IfSteps", "ElseSteps"), ("Conditions",), "Arguments"):
            return
        conditions = self._entries(arguments["Conditions"], "Arguments.Conditions")
        if not conditions:
            self._add("missing-member", "Arguments.Conditions", "holds no condition")
        for number, condition in enumerate(conditions):
            self._condition(condition, f"Arguments.Conditions[{number}]", 0)
        for branch in ("IfSteps", "ElseSteps"):
            self._entries(arguments.get(branch, []), f"Arguments.{branch}")

    def _condition(self, condition: Any, path: str, depth: int) -> None:
        kind = condition.get("Type") if isinstance(condition, dict) else None
        if not isinstance(kind, str) or kind not in _CONDITION_MEMBERS:
            self._one_of(kind, tuple(_CONDITION_MEMBERS), f"{path}.Type")
            return
        if depth > _MAX_NESTING:
            self._add("limit", path, f"conditions are nested more than {_MAX_NESTING} deep")
            return
        members = _CONDITION_MEMBERS[kind]
        if not self._object(condition, ("Type", *members), members, path):
            return
        if kind == "Not":
            self._condition(condition["Condition"], f"{path}.Condition", depth + 1)
        elif kind == "Or":
            for number, inner in enumerate(self._entries(condition["Conditions"], f"{path}.Conditions")):
                self._condition(inner, f"{path}.Conditions[{number}]", depth + 1)
        elif kind == "In":
            self._any_value(condition["QueryValue"], f"{path}.QueryValue")
            for number, value in enumerate(self._entries(condition["Values"], f"{path}.Values")):
                self._any_value(value, f"{path}.Values[{number}]")
        else:
            self._any_value(condition["LeftValue"], f"{path}.LeftValue")
            self._any_value(condition["RightValue"], f"{path}.RightValue")

    def _fail_step(self, arguments: dict[str, Any]) -> None:
        self._shapes.check("FailStepMetadata", arguments, "Arguments")
        if "ErrorMessage" not in arguments:
            self._add("missing-member", "Arguments", "'ErrorMessage' is required and missing")

    def _plain_arguments(self, arguments: dict[str, Any]) -> None:
        for name, value in arguments.items():
            self._any_value(value, f"Arguments.{name}")

    def _emr_step(self, arguments: dict[str, Any]) -> None:
        known = ("ClusterId", "ClusterConfig", "StepConfig", "ExecutionRoleArn")
        self._object(arguments, known, ("StepConfig",), "Arguments")
        if ("ClusterId" in arguments) == ("ClusterConfig" in arguments):
            self._add("missing-member", "Arguments", "has to hold exactly one of 'ClusterId' and 'ClusterConfig'")
        for name in ("ClusterId", "ExecutionRoleArn"):
            if name in arguments:
                self._text(arguments[name], f"Arguments.{name}")
        emr = load_service_model("emr")
        shapes = ShapeChecker(emr, self._scope, self._problems, self._name)
        if "StepConfig" in arguments:
            shapes.check("StepConfig", arguments["StepConfig"], "Arguments.StepConfig", optional=("Name",))
        if "ClusterConfig" in arguments:
            shape = emr.input_of("RunJobFlow")
            shapes.check(shape, arguments["ClusterConfig"], "Arguments.ClusterConfig", optional=("Name",))

    # -- keys beside the arguments ------------------------------------------------------------------------------------

    def _cache_config(self, value: Any, path: str) -> None:
        if not self._object(value, ("Enabled", "ExpireAfter"), ("Enabled",), path):
            return
        self._boolean(value["Enabled"], f"{path}.Enabled")
        expires = value.get("ExpireAfter")
        if expires is not None and not (isinstance(expires, str) and _DURATION.fullmatch(expires)):
            self._add("pattern", f"{path}.ExpireAfter", f"{shown(expires)} is not an ISO 8601 duration such as 'P30D'")

    def _retry_policies(self, value: Any, path: str) -> None:
        members = ("ExceptionType", "BackoffRate", "IntervalSeconds", "MaxAttempts", "ExpireAfterMin")
        for number, policy in enumerate(self._entries(value, path)):
            place = f"{path}[{number}]"
            if not self._object(policy, members, ("ExceptionType",), place):
                continue
            for exception in self._entries(policy["ExceptionType"], f"{place}.ExceptionType"):
                self._one_of(exception, _RETRY_EXCEPTIONS, f"{place}.ExceptionType")
            if ("MaxAttempts" in policy) == ("ExpireAfterMin" in policy):
                self._add("missing-member", place, "has to hold exactly one of 'MaxAttempts' and 'ExpireAfterMin'")
            self._number(policy, "MaxAttempts", 1, place, RETRY_ATTEMPTS)
            self._number(policy, "ExpireAfterMin", 1, place, RETRY_MINUTES)
            self._number(policy, "IntervalSeconds", 0, place)
            self._number(policy, "BackoffRate", 0, place)

    def _number(self, holder: dict[str, Any], name: str, least: int, path: str, limit: Limit | None = None) -> None:
        value = holder.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._add("type", f"{path}.{name}", f"has to be a number, not {kind_of(value)}")
        elif value < least:
            self._add("limit", f"{path}.{name}", f"{value} is less than the least allowed, {least}")
        elif limit is not None and (reason := limit.exceeded_by(int(value))):
            self._add("limit", f"{path}.{name}", reason)

    def _property_files(self, value: Any, path: str) -> None:
        members = ("PropertyFileName", "OutputName", "FilePath")
        arguments = self._step.get("Arguments")
        config = arguments.get("ProcessingOutputConfig") if isinstance(arguments, dict) else None
        listed = config.get("Outputs") if isinstance(config, dict) else None
        outputs = [o.get("OutputName") for o in listed if isinstance(o, dict)] if isinstance(listed, list) else []
        for number, file in enumerate(self._entries(value, path)):
            place = f"{path}[{number}]"
            if self._object(file, members, members, place):
                for name in members:
                    self._text(file[name], f"{place}.{name}")
                if file["OutputName"] not in outputs:
                    close = did_you_mean(str(file["OutputName"]), [str(o) for o in outputs])
                    self._add("reference", f"{place}.OutputName", f"no output is named '{file['OutputName']}'.{close}")

    def _output_parameters(self, value: Any, path: str) -> None:
        members = ("OutputName", "OutputType")
        for number, output in enumerate(self._entries(value, path)):
            if self._object(output, members, members, f"{path}[{number}]"):
                self._text(output["OutputName"], f"{path}[{number}].OutputName")
                self._one_of(output["OutputType"], _OUTPUT_TYPES, f"{path}[{number}].OutputType")

    def _check_type(self, value: Any, path: str) -> None:
        self._one_of(value, _CHECK_TYPES[self._step["Type"]], path)
