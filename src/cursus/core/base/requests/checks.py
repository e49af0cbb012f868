"""QualityCheck and ClarifyCheck steps: a monitoring job that compares data or a model with a baseline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from cursus.core.base.images import image_uri
from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.requests.processing import job_members, processing_input, processing_output
from cursus.core.base.values import Value, text
from cursus.model.step import DependencyType

_ROOT = PurePosixPath("/opt/ml/processing")
_OUTPUT = str(_ROOT / "output")
#: Inputs that name a baseline file and stand beside the request.
_BASELINES = ("supplied_baseline_statistics", "supplied_baseline_constraints")
_DATA = (DependencyType.PROCESSING_OUTPUT, DependencyType.TRAINING_DATA, DependencyType.CUSTOM_PROPERTY)


class CheckKind(BasicKind):
    """What the two kinds of check have in common.

    Config: ``check_type``; ``skip_check``, ``fail_on_violation`` and ``register_new_baseline`` are true, false or a
    reference to a parameter; ``model_package_group_name`` says whose baseline counts; ``supplied_baseline_…`` are
    inputs or settings.
    """

    cacheable = True
    check_types: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    output_name = ""

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> list[dict[str, Any]]:
        """The one output of the monitoring container."""
        names = list(parts.spec.outputs) if parts.spec else []
        common.check_names(parts, "output", destinations, [*names, self.output_name])
        place = common.one_place(parts, destinations, "a check")
        place = place or common.destination(parts, self.output_name, {})
        return [processing_output(self.output_name, place, _OUTPUT)]

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """``CheckType`` and the life cycle of the baseline."""
        settings = parts.settings
        members: dict[str, Any] = {
            "CheckType": self.check_type(parts),
            "ModelPackageGroupName": settings.text("model_package_group_name"),
            "SkipCheck": settings.switch("skip_check") or False,
            "FailOnViolation": True if (v := settings.switch("fail_on_violation")) is None else v,
            "RegisterNewBaseline": settings.switch("register_new_baseline") or False,
        }
        for name in self.baselines:
            member = "".join(part.capitalize() for part in name.split("_"))
            members[member] = filled.inputs.get(name) or settings.text(name)
        return common.without_none(members)

    def check_type(self, parts: Parts) -> str:
        """The stated ``check_type``.

        :raises ConfigurationError: when it is missing or not one of this kind's.
        """
        value = parts.settings.plain_text("check_type")
        if value not in self.check_types:
            raise parts.settings.wrong(("check_type",), f"one of {', '.join(self.check_types)}", value)
        return str(value)

    def dataset(self, parts: Parts, filled: Filled) -> Value:
        """Where the data is: the input ``baseline_dataset`` or ``dataset``, or the only input of a data type."""
        skip = {*_BASELINES, "analysis_config", "model_name"}
        bound = {name: uri for name, uri in filled.inputs.items() if name not in skip}
        name = "baseline_dataset" if "baseline_dataset" in bound else "dataset"
        found = common.bound_by_role(parts, bound, "the data to check", name, _DATA)
        if found is None:
            raise parts.settings.missing("no data to check is known", f"Feed an input of '{parts.node}'.")
        return found

    def image(self, parts: Parts, framework: str, version: str, scope: str) -> Value:
        """AWS's own container for the check, unless an image is named."""
        named = parts.image or parts.settings.text("processing_image_uri", "image_uri")
        return named or image_uri(framework, version, parts.config.aws_region, scope=scope)


class QualityCheckKind(CheckKind):
    """Data or model quality.

    Config: ``check_type`` ``DATA_QUALITY`` or ``MODEL_QUALITY``; ``dataset_format`` as Model Monitor takes it, by
    default CSV with a header; for a model ``problem_type``, ``inference_attribute``, ``probability_attribute``,
    ``ground_truth_attribute``, ``probability_threshold_attribute``; ``record_preprocessor_script`` and
    ``post_analytics_processor_script`` are scripts in S3.
    """

    type = "QualityCheck"
    sagemaker_types: tuple[str, ...] = ("QualityCheck",)
    check_types = ("DATA_QUALITY", "MODEL_QUALITY")
    baselines = _BASELINES
    output_name = "quality_check_output"

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateProcessingJob for Model Monitor's analyser."""
        settings = parts.settings
        data_path = str(_ROOT / "input/baseline_dataset_input")
        inputs = [processing_input("baseline_dataset_input", self.dataset(parts, filled), data_path)]
        environment: dict[str, Value] = {
            **filled.environment,
            "dataset_format": json.dumps(settings.mapping("dataset_format") or {"csv": {"header": True}}),
            "dataset_source": data_path,
            "output_path": _OUTPUT,
            "publish_cloudwatch_metrics": "Disabled",
        }
        scripts = ["post_analytics_processor_script"]
        if self.check_type(parts) == "DATA_QUALITY":
            scripts.append("record_preprocessor_script")
        else:
            environment |= _model_quality(parts)
        for name in scripts:
            script = settings.plain_text(name)
            if script is not None:
                folder = _ROOT / "input" / f"{name}_input"
                inputs.append(processing_input(f"{name}_input", script, str(folder)))
                environment[name] = str(folder / PurePosixPath(script).name)
        image = self.image(parts, "model-monitor", "", "monitoring")
        return job_members(parts, {"ImageUri": image}, inputs, filled.outputs, environment)


class ClarifyCheckKind(CheckKind):
    """Bias of data or a model, or what explains a model, by SageMaker Clarify.

    Config: ``check_type`` ``DATA_BIAS``, ``MODEL_BIAS`` or ``MODEL_EXPLAINABILITY``. What is analysed stands in a
    Clarify analysis configuration in S3, named by the input ``analysis_config`` or the setting ``analysis_config_uri``;
    a compile uploads nothing. A check of a model takes the model's name from the input or setting ``model_name``.
    """

    type = "ClarifyCheck"
    sagemaker_types: tuple[str, ...] = ("ClarifyCheck",)
    check_types = ("DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY")
    baselines = ("supplied_baseline_constraints",)
    output_name = "analysis_result"

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """As for every check, with ``ModelName`` for a check of a model."""
        found = super().options(parts, filled)
        if found["CheckType"] != "DATA_BIAS":
            found["ModelName"] = filled.inputs.get("model_name") or common.needed(parts, "model_name")
        return found

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateProcessingJob for Clarify's container."""
        self.check_type(parts)
        config = filled.inputs.get("analysis_config") or common.needed(parts, "analysis_config_uri")
        inputs = [
            processing_input("analysis_config", config, str(_ROOT / "input/config")),
            processing_input("dataset", self.dataset(parts, filled), str(_ROOT / "input/data")),
        ]
        image = self.image(parts, "clarify", "1.0", "processing")
        return job_members(parts, {"ImageUri": image}, inputs, filled.outputs, filled.environment)


def _model_quality(parts: Parts) -> dict[str, Value]:
    names = (
        "inference_attribute",
        "probability_attribute",
        "ground_truth_attribute",
        "probability_threshold_attribute",
    )
    found: dict[str, Value] = {
        "analysis_type": "MODEL_QUALITY",
        "problem_type": common.needed(parts, "problem_type"),
    }
    return found | {name: text(v) for name in names if (v := parts.settings.find(name)) is not None}
