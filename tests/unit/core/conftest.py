"""A workspace root on disk, with steps in both forms."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from cursus.model.pipeline import Edge, Node, Pipeline
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import WorkspaceIndex

SHARED: dict[str, Any] = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
}
SCRIPT = "def main(input_paths, output_paths, environ_vars, job_args):\n    pass\n"
CONTRACT = """\
from cursus.core.base import ScriptContract

CONTRACT = ScriptContract(
    entry_point="{step}.py",
    expected_input_paths={{{inputs}}},
    expected_output_paths={{"out": "/opt/ml/processing/output/out"}},
    required_env_vars=[],
    {more}
)
"""
SPEC = """\
from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

SPEC = StepSpecification(
    step_type="{name}",
    node_type=NodeType.{node_type},
    dependencies=[{inputs}],
    outputs=[
        OutputSpec(
            logical_name="out",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri",
        )
    ],
)
"""


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Tree:
    """A workspace root; steps read the inputs they are given and write ``out``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "developers").mkdir(parents=True)

    def steps(self, workspace: str) -> Path:
        base = self.root / "shared" if workspace == "shared" else self.root / "developers" / workspace
        steps = base / "src" / "cursus_dev" / "steps"
        steps.mkdir(parents=True, exist_ok=True)
        return steps

    def write(self, workspace: str, name: str, text: str) -> Path:
        path = (self.steps(workspace) / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def manifest(self, workspace: str, name: str, *inputs: str, script: str = SCRIPT, more: str = "") -> None:
        """A one-file step. ``more`` is more of its manifest."""
        self.write(workspace, f"scripts/{snake(name)}.py", script)
        lines = ["schema_version: 1", f"step: {name}", "compute: {image_uri: example.com/image:1}"]
        if inputs:
            lines += ["inputs:", *(f"  {i}: {{path: /opt/ml/processing/input/{i}, keywords: [out]}}" for i in inputs)]
        lines += ["outputs:", "  out: {path: /opt/ml/processing/output/out}"]
        self.write(workspace, f"interfaces/{snake(name)}.step.yaml", "\n".join(lines) + "\n" + textwrap.dedent(more))

    def python(
        self, workspace: str, name: str, *inputs: str, contract: str | None = None, spec: str | None = None
    ) -> None:
        """A step in Python files."""
        step = snake(name)
        self.write(workspace, f"scripts/{step}.py", SCRIPT)
        paths = ", ".join(f'"{i}": "/opt/ml/processing/input/{i}"' for i in inputs)
        needs = ", ".join(
            f'DependencySpec(logical_name="{i}", dependency_type=DependencyType.PROCESSING_OUTPUT, '
            'semantic_keywords=["out"])'
            for i in inputs
        )
        node_type = "INTERNAL" if inputs else "SOURCE"
        self.write(
            workspace, f"contracts/{step}_contract.py", contract or CONTRACT.format(step=step, inputs=paths, more="")
        )
        self.write(
            workspace, f"specs/{step}_spec.py", spec or SPEC.format(name=name, node_type=node_type, inputs=needs)
        )

    def builder(self, workspace: str, name: str, body: str = "    pass", top: str = "") -> Path:
        """A builder class with ``body``; ``top`` stands above it."""
        text = f"from cursus.core.base import StepBuilderBase\n{textwrap.dedent(top)}\n\n"
        text += f"class {name}StepBuilder(StepBuilderBase):\n{body}\n"
        return self.write(workspace, f"builders/builder_{snake(name)}_step.py", text)

    def config(self, workspace: str, name: str, body: str = "    pass", top: str = "") -> Path:
        """A config class with ``body``."""
        text = f"from cursus.core.base import ProcessingStepConfigBase\n{textwrap.dedent(top)}\n\n"
        text += f"class {name}Config(ProcessingStepConfigBase):\n{body}\n"
        return self.write(workspace, f"configs/config_{snake(name)}_step.py", text)

    def overlay(self, workspace: str, text: str) -> None:
        self.write(workspace, "../registry/workspace_registry.py", text)

    def catalog(self) -> StepCatalog:
        return StepCatalog(WorkspaceIndex(self.root, cache=False))

    def pipeline(self, *edges: str, **steps: str | Node) -> Pipeline:
        """A pipeline; keyword arguments are node=workspace/Step, edges ``a.out -> b.data``."""
        nodes = tuple(
            use if isinstance(use, Node) else Node(name, *use.split("/"), line=n)
            for n, (name, use) in enumerate(steps.items(), start=1)
        )
        found = []
        for text in edges:
            source, target = text.split(" -> ")
            (a, _, output), (b, _, into) = source.partition("."), target.partition(".")
            found.append(Edge(a, b, output or None, into or None))
        image = {"image_uri": "example.com/image:1"}
        return Pipeline("small", nodes, tuple(found), shared={**SHARED, **image})


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "root")
