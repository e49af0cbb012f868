"""How long a plan takes to become a definition, and a definition to be judged.

    python benchmarks/compile.py [--repeats N] [--identical N]

Prints minima of interleaved repeats. Milliseconds depend on the machine; the ratios are what to compare: time per step
against that at 50 steps (linear growth stays near 1), and a whole process against a bare interpreter.
``--identical N`` compiles 300 steps in N processes with different hash seeds and folders and compares the bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from cursus.core.compiler.emit import emit_definition
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.validation import validate_definition
from cursus.model.expression import Get, Join
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import NodeType, Spec

SIZES = (10, 50, 300, 3000)
ROLE = "arn:aws:iam::111122223333:role/Pipelines"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/image:1"


def processing(name: str, source: object) -> dict[str, Any]:
    """A processing job that reads ``source``."""
    container = "/opt/ml/processing"
    return {
        "ProcessingInputs": [
            {
                "InputName": "data",
                "S3Input": {
                    "S3Uri": source,
                    "LocalPath": f"{container}/input/data",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "out",
                    "S3Output": {
                        "S3Uri": Join("/", ("s3://bucket", name, "out")),
                        "LocalPath": f"{container}/output/out",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
        },
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", f"{container}/input/code/run.py"]},
        "Environment": {"LABEL": "delayed", "SEED": "7"},
        "RoleArn": ROLE,
    }


def training(source: object) -> dict[str, Any]:
    """A training job that reads ``source``."""
    return {
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "HyperParameters": {"max_depth": "6", "eta": "0.1"},
        "InputDataConfig": [
            {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source}}}
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "RoleArn": ROLE,
    }


def make_plan(size: int) -> PipelinePlan:
    """A chain of processing steps; each fourth is followed by a training step that reads from it."""
    steps: list[PlannedStep] = []
    source: object = "s3://bucket/raw"
    for number in range(size):
        name = f"Step{number:05d}"
        is_training = number % 5 == 4
        request = training(source) if is_training else processing(name, source)
        if not is_training:
            source = Get.step(name, "properties.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri")
        kind = "Training" if is_training else "Processing"
        depends_on = (steps[-1].name,) if steps else ()
        spec = Spec(name, NodeType.INTERNAL)
        steps.append(PlannedStep(name, "team", name, kind, None, None, spec, request, depends_on=depends_on))
    return PipelinePlan("benchmark", tuple(steps), ())


def seconds(action: Callable[[], object]) -> float:
    """How long ``action`` took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure_sizes(repeats: int) -> None:
    """The table of sizes."""
    plans = {size: make_plan(size) for size in SIZES}
    definitions = {size: emit_definition(plan) for size, plan in plans.items()}
    emit = dict.fromkeys(SIZES, float("inf"))
    judge = dict.fromkeys(SIZES, float("inf"))
    for _ in range(repeats):
        for size in SIZES:
            emit[size] = min(emit[size], seconds(lambda size=size: emit_definition(plans[size])))
            judge[size] = min(judge[size], seconds(lambda size=size: validate_definition(definitions[size])))
    print(f"{'steps':>6} {'emit ms':>9} {'per step':>9} {'validate ms':>12} {'per step':>9}")
    for size in SIZES:
        of_emit = emit[size] / size / (emit[50] / 50)
        of_judge = judge[size] / size / (judge[50] / 50)
        print(f"{size:>6} {emit[size] * 1e3:>9.2f} {of_emit:>9.2f} {judge[size] * 1e3:>12.2f} {of_judge:>9.2f}")


def measure_processes(repeats: int) -> None:
    """A whole process that compiles 300 steps, with and without the validation, against a bare interpreter."""
    commands = {
        "bare interpreter": [sys.executable, "-c", "pass"],
        "300 steps, emitted": [sys.executable, __file__, "--one", "emit"],
        "300 steps, compiled (validated)": [sys.executable, __file__, "--one", "compile"],
    }
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(repeats):
        for name, command in commands.items():
            run = lambda command=command: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: E731
            best[name] = min(best[name], seconds(run))
    for name, value in best.items():
        print(f"{name:<34} {value * 1e3:>8.1f} ms {value / best['bare interpreter']:>7.1f} x")


def compile_once(how: str) -> None:
    """Write the definition of 300 steps to standard output."""
    from cursus.core.compiler.definition import PipelineDefinition, compile_plan

    plan = make_plan(300)
    compiled = compile_plan(plan) if how == "compile" else PipelineDefinition(plan.name, emit_definition(plan))
    sys.stdout.write(compiled.definition())


def check_identical(count: int) -> None:
    """Compile in ``count`` processes with different hash seeds and folders."""
    digests = set()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            result = subprocess.run(
                [sys.executable, os.path.abspath(__file__), "--one", "emit"],  # noqa: PTH100
                env={**os.environ, "PYTHONHASHSEED": str(number)},
                cwd=folder if number % 2 else "/",
                check=True,
                capture_output=True,
            )
            digests.add(hashlib.sha256(result.stdout).hexdigest())
    print(f"{count} processes, {len(digests)} different definition{'s' if len(digests) != 1 else ''}")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--identical", type=int, default=0)
    parser.add_argument("--one", choices=("emit", "compile"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        compile_once(options.one)
        return
    print(f"service model, read once: {seconds(lambda: load_service_model('sagemaker')) * 1e3:.1f} ms")
    measure_sizes(options.repeats)
    measure_processes(options.repeats)
    if options.identical:
        check_identical(options.identical)


if __name__ == "__main__":
    main()
