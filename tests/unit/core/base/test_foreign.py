"""Builders of another library's steps, with a small real library and its adapter installed beside the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cursus.core.base.builder_base import StepBuilderBase
from cursus.core.base.foreign import imports_inside

LIBRARY = """
class Job:
    def __init__(self, name, uri):
        self.name, self.uri = name, uri
"""
ADAPTER = """
from contextlib import contextmanager
from cursus.core.base.pipeline_step import PipelineStep

class Bench:
    session = "the session"
    def given(self, value):
        return ("given", value)
    def restored(self, value):
        return {k: v[1] if isinstance(v, tuple) else v for k, v in value.items()}
    def convert(self, step, code):
        return PipelineStep(step.name, "Processing", {"Uri": step.uri, "Code": code.uri})

@contextmanager
def open_bench(config, node):
    yield Bench()
"""
PROGRAM = """
import json
from cursus.core.base.build import build_step
from cursus.core.base.builder_base import StepBuilderBase
from cursus.core.base.pipeline_step import PipelineStep
from cursus.errors import ConfigurationError
from cursus.model.expression import plain
from cursus.model.step import Dependency, DependencyType, NodeType, Spec

class Foreign(StepBuilderBase):
    def create_step(self, inputs, **kwargs):
        from otherlib.jobs import Job
        kind, value = inputs["rows"]
        assert (kind, self.session) == ("given", "the session")
        return Job("anything", value)

class Ours(StepBuilderBase):
    def create_step(self, inputs, **kwargs):
        import otherlib
        return PipelineStep("x", "Fail", {"Uri": inputs["rows"]})

class Neither(StepBuilderBase):
    def create_step(self, **kwargs):
        return object()

VALUES = {"author": "a", "bucket": "b", "role": "r", "region": "NA", "service_name": "s", "pipeline_version": "1"}
for builder in (Foreign, Ours, Neither):
    try:
        built = build_step(
            node="node", builder_class=builder, config_class=None, values=VALUES, sagemaker_step_type="Processing",
            contract=None, spec=Spec("S", NodeType.SINK, (Dependency("rows", DependencyType.PROCESSING_OUTPUT),)),
            compute={}, inputs={"rows": "s3://r"}, depends_on=["before"], code_uri="s3://c", code_entry_point="r.py")
        step = built.step
        print(json.dumps([step.name, step.type, plain(step.request), list(step.depends_on)]))
    except ConfigurationError as error:
        print(json.dumps(error.message))
"""


def test_a_step_of_a_library_that_has_an_adapter(tmp_path: Path) -> None:
    package = tmp_path / "otherlib"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "jobs.py").write_text(LIBRARY)
    (tmp_path / "otherlib_adapter.py").write_text(ADAPTER)
    info = tmp_path / "otherlib_adapter-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: otherlib-adapter\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cursus.step_adapters]\notherlib = otherlib_adapter:open_bench\n")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{PROGRAM}"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    foreign, ours, neither = (json.loads(line) for line in run.stdout.splitlines())
    assert foreign == ["node", "Processing", {"Uri": "s3://r", "Code": "s3://c"}, ["before"]]
    assert ours == ["node", "Fail", {"Uri": "s3://r"}, ["before"]]
    assert "create_step of Neither returned a object, not a PipelineStep." in neither
    assert "otherlib" in neither


class Lazy(StepBuilderBase):
    def create_step(self, **kwargs: Any) -> Any:
        import wave.something  # type: ignore[import-not-found] # noqa: F401

        return SimpleNamespace()


class Derived(Lazy):
    pass


@pytest.mark.parametrize(("builder", "found"), [(Lazy, True), (Derived, True), (StepBuilderBase, False)])
def test_imports_inside_methods_are_seen(builder: type, found: bool) -> None:
    assert imports_inside(builder, "wave") is found
    assert not imports_inside(builder, "wav")
