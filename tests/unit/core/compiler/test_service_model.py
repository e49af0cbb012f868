from __future__ import annotations

import json

import pytest
from botocore.loaders import Loader

from cursus.core.compiler.service_model import _Section, compiled_pattern, load_service_model
from cursus.core.compiler.step_types import STEP_TYPES
from cursus.errors import ConfigurationError


def test_the_installed_botocore_describes_every_kind_of_step() -> None:
    model = load_service_model("sagemaker")
    for name, kind in STEP_TYPES.items():
        if kind.operation is not None:
            shape = model.shape(model.input_of(kind.operation))
            assert kind.name_member is None or kind.name_member in shape["members"], name
        for operation in kind.describe:
            assert model.shape(model.output_of(operation))["type"] == "structure"
    for name in ("PipelineName", "PipelineParameterName", "StepName", "StepDisplayName", "StepDescription"):
        assert model.shape(name)["type"] == "string"
    assert model.shape("PipelineDefinition")["max"] > 0
    assert {"Step", "StepConfig"} <= load_service_model("emr").shapes.keys()


@pytest.mark.parametrize("service", ["sagemaker", "emr"])
def test_what_is_read_is_what_botocore_reads(service: str) -> None:
    theirs = Loader().load_service_model(service, "service-2")
    ours = load_service_model(service)
    assert dict(ours.shapes) == theirs["shapes"]
    assert dict(ours.operations) == theirs["operations"]


def test_a_model_that_is_written_in_another_way_is_read_as_a_whole() -> None:
    model = {"shapes": {"A": {"type": "string"}, "B": {"type": "list", "member": {"shape": "A"}}}, "operations": {}}
    spaced = json.dumps(model, indent=2).replace('": ', '":')
    texts = (json.dumps(model), json.dumps(model, indent=2), spaced, spaced.replace('"B":{', '"E":{},\n    "B":{'))
    for text in texts:
        for section, entries in json.loads(text).items():
            assert dict(_Section(text.encode(), section)) == entries


def test_models_are_read_once() -> None:
    assert load_service_model("sagemaker") is load_service_model("sagemaker")


def test_an_unknown_service_is_an_error_with_a_next_step() -> None:
    with pytest.raises(ConfigurationError, match="no description of the service 'nonsense'") as caught:
        load_service_model("nonsense")
    assert caught.value.hint == "pip install --upgrade botocore"


def test_java_classes_are_translated_and_the_rest_is_left_to_the_service() -> None:
    tag = compiled_pattern(r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)")
    assert tag is not None
    assert tag.fullmatch("Équipe 1/a@b")
    assert not tag.fullmatch("a;b")
    assert compiled_pattern(r"[\p{L}\p{M}\p{S}]*") is None
    assert compiled_pattern(r"[\u0020-\uD7FF\uD800\uDC00-\uDBFF]*") is None
