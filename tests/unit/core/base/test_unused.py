from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cursus.core.base.build import build_step
from cursus.core.base.builder_base import StepBuilderBase
from cursus.core.base.step_configs import ProcessingStepConfigBase
from cursus.core.base.unused import UnusedSetting, unused_findings, unused_settings
from cursus.model.finding import Severity
from cursus.model.pipeline import Node, Pipeline
from cursus.model.step import Contract, NodeType, Spec

BASE: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": "arn:aws:iam::123456789012:role/R",
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
}
CONTRACT = Contract("run.py", {}, {}, ("LABEL_FIELD",), {"DELAY_MINUTES": "15"}, {"job-type": "x", "max-rows": None})


class Reading(StepBuilderBase):
    def validate_configuration(self) -> None:
        assert self.config.own_field  # type: ignore[attr-defined]


def unused(
    type_: str = "Processing", builder: type[StepBuilderBase] | None = None, **values: Any
) -> tuple[UnusedSetting, ...]:
    built = build_step(
        node="n",
        builder_class=builder,
        config_class=None,
        values=BASE | values,
        sagemaker_step_type=type_,
        contract=CONTRACT if type_ == "Processing" else None,
        spec=Spec("S", NodeType.SINGULAR),
        compute={},
        inputs={},
        depends_on=[],
        code_uri=None,
        code_entry_point=None,
    )
    return built.unused


def test_everything_that_is_read_counts_as_used() -> None:
    assert unused(label_field="late", delay_minutes=3, max_rows=5, job_type="training", enable_caching=True) == ()
    assert unused(label_field="late", tags={"a": "b"}, processing_instance_type="m", instance_type="g") == ()
    assert (
        unused(label_field="late", image_uri="i", framework="sklearn", pipeline_s3_loc="s3://b", aws_region="x") == ()
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("delay_minute", "delay_minutes"), ("maxrows", "max_rows"), ("enviroment", "environment"), ("subnet", "subnets")],
)
def test_a_misspelt_setting_is_named_with_the_right_one(wrong: str, right: str) -> None:
    [found] = unused(label_field="late", **{wrong: 3})
    assert found.name == wrong
    assert f"'{right}'" in found.suggestion


def test_a_setting_that_the_kind_of_step_has_no_use_for() -> None:
    policy = {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}
    found = unused("Fail", error_message="no", subnets=["a"], retry_policies=[policy])
    assert [u.name for u in found] == ["retry_policies", "subnets"]


def test_a_hand_written_builder_may_read_what_it_likes() -> None:
    found = unused(builder=Reading, label_field="late", own_field=1, processing_entry_point="x.py", other_field=2)
    assert [u.name for u in found] == ["other_field"]


def test_what_was_asked_is_no_part_of_a_configs_value() -> None:
    one, two = (ProcessingStepConfigBase(**BASE, extra=1) for _ in range(2))
    assert one.extra == 1  # type: ignore[attr-defined]
    assert one == two
    assert unused_settings(one) == ()
    assert unused_settings(two) == (UnusedSetting("extra"),)
    assert ProcessingStepConfigBase.from_base_config(two) == one


def test_findings_name_the_node_or_the_shared_config(tmp_path: Path) -> None:
    nodes = (Node("a", "w", "A", config={"tyop": 1}, line=7), Node("b", "w", "B"))
    pipeline = Pipeline("p", nodes, (), shared={"nobody": 1, "somebody": 2}, source=tmp_path / "p.yaml")
    nobody, somebody, own = (UnusedSetting(n, " Did you mean 'x'?") for n in ("nobody", "somebody", "tyop"))
    default = UnusedSetting("default_of_the_step")
    first, second = unused_findings(pipeline, {"a": [nobody, somebody, own, default], "b": [nobody]})
    assert (first.severity, first.step, first.line, first.code) == (Severity.WARNING, "a", 7, "unused-setting")
    assert first.message == "'tyop' in the config of 'a' has no effect: nothing reads it. Did you mean 'x'?"
    assert second.message.startswith("'nobody' in the shared config has no effect: no step reads it.")
    assert unused_findings(pipeline, {}) == ()
