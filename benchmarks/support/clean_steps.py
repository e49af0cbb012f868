# ruff: noqa: E501 - what is written is code itself, and is not broken
"""Sound steps in many styles of writing, none of which a check may complain of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_IN, _OUT = "/opt/ml/processing/input", "/opt/ml/processing/output"


@dataclass(frozen=True)
class Step:
    """A step of one manifest and one script.

    :param inputs: logical names, with spaces between them; likewise ``outputs`` and ``required`` variables.
    :param optional: variables with their defaults.
    :param arguments: arguments with their defaults.
    :param beside: further modules of the workspace, by path below ``cursus_dev``.
    :param manifested: whether a manifest states the step; otherwise files of ``beside`` do.
    """

    script: str
    inputs: str = "data"
    outputs: str = "result"
    required: str = ""
    optional: dict[str, str] | None = None
    arguments: dict[str, object] | None = None
    training: bool = False
    beside: dict[str, str] | None = None
    manifested: bool = True

    def manifest(self, name: str) -> str:
        """The step's manifest."""
        places = ("/opt/ml/input/data", "/opt/ml/model") if self.training else (_IN, _OUT)
        document: dict[str, object] = {
            "schema_version": 1,
            "step": name,
            "sagemaker_step_type": "Training" if self.training else "Processing",
            "inputs": {port: {"path": f"{places[0]}/{port}"} for port in self.inputs.split()},
            "outputs": {
                port: {"path": places[1] if self.training else f"{places[1]}/{port}"} for port in self.outputs.split()
            },
            "environment": {"required": self.required.split(), "optional": self.optional or {}},
            "arguments": self.arguments or {},
            "compute": {"image_uri": "example.com/image:1"},
        }
        return yaml.safe_dump({key: value for key, value in document.items() if value}, sort_keys=False)


_MAIN = "def main(input_paths, output_paths, environ_vars, job_args):\n"


def start(inputs: str = "data", outputs: str = "result") -> str:
    """The block that calls main, with these ports."""
    given = {port: f"{_IN}/{port}" for port in inputs.split()}
    made = {port: f"{_OUT}/{port}" for port in outputs.split()}
    return (
        '\n\nif __name__ == "__main__":\n    import argparse\n    import os\n\n'
        f"    main({given!r}, {made!r}, dict(os.environ), argparse.Namespace())\n"
    )


def body(*lines: str, before: str = "", inputs: str = "data", outputs: str = "result") -> str:
    """A script whose main has these lines."""
    return before + _MAIN + "".join(f"    {line}\n" for line in lines) + start(inputs, outputs)


_COPY = 'open(output_paths["result"] + "/x", "w").write(open(input_paths["data"] + "/x").read())'

CLEAN: dict[str, Step] = {
    "Plain": Step(body(_COPY)),
    "Typed": Step(
        "from __future__ import annotations\n\nimport argparse\nimport os\nfrom pathlib import Path\n\n\n"
        "def main(\n    input_paths: dict[str, str],\n    output_paths: dict[str, str],\n"
        "    environ_vars: dict[str, str],\n    job_args: argparse.Namespace,\n) -> None:\n"
        '    """Copy."""\n    source, target = Path(input_paths["data"]), Path(output_paths["result"])\n'
        "    for file in source.iterdir():\n        (target / file.name).write_bytes(file.read_bytes())\n\n\n"
        'if __name__ == "__main__":\n'
        f'    main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, dict(os.environ), argparse.Namespace())\n'
    ),
    "Aliases": Step(
        body(
            "inputs = input_paths",
            "outputs = output_paths",
            'open(outputs["result"] + "/x", "w").write(inputs["data"])',
        )
    ),
    "Copies": Step(
        body(
            "paths = dict(input_paths)",
            "more = output_paths.copy()",
            'open(more["result"] + "/x", "w").write(paths["data"])',
        )
    ),
    "Merged": Step(body("paths = {**input_paths, **output_paths}", 'print(paths["data"], paths["result"])')),
    "Unpacked": Step(body('data, result = input_paths["data"], output_paths["result"]', "print(data, result)")),
    "Walrus": Step(
        body('if (data := input_paths.get("data")) and (to := output_paths["result"]):', "    print(data, to)")
    ),
    "Constants": Step(
        body("print(input_paths[DATA], output_paths[RESULT])", before='DATA = "data"\nRESULT = "result"\n\n\n')
    ),
    "LoopOverNames": Step(
        body(
            'for name in ("left", "right"):',
            "    print(input_paths[name])",
            'print(open(output_paths["result"] + "/x", "w"))',
            inputs="left right",
        ),
        inputs="left right",
    ),
    "Comprehension": Step(
        body(
            'tables = {n: open(input_paths[n]) for n in ["left", "right"]}',
            'print(tables, open(output_paths["result"] + "/x", "w"))',
            inputs="left right",
        ),
        inputs="left right",
    ),
    "Everything": Step(
        body(
            "for name, path in input_paths.items():",
            "    print(name, path)",
            'print(open(output_paths["result"] + "/x", "w"))',
            inputs="a b c",
        ),
        inputs="a b c",
    ),
    "Helper": Step(
        body(
            "run(input_paths, output_paths)",
            before='def run(sources, targets):\n    open(targets["result"] + "/x", "w").write(sources["data"])\n\n\n',
        )
    ),
    "HelperByKeyword": Step(
        body(
            "run(to=output_paths, of=input_paths)",
            before='def run(*, of, to):\n    return of["data"], to["result"]\n\n\n',
        )
    ),
    "ClassBased": Step(
        body(
            "Work(input_paths, output_paths).run()",
            before="class Work:\n    def __init__(self, inputs, outputs):\n        self.inputs, self.outputs = inputs, outputs\n\n"
            '    def run(self):\n        print(self.inputs["data"], self.outputs["result"])\n\n\n',
        )
    ),
    "Optional": Step(
        body(
            'extra = input_paths.get("extra")',
            "if extra:",
            "    print(extra)",
            'if "more" in input_paths:',
            '    print(input_paths["more"])',
            'print(open(output_paths["result"] + "/x", "w"))',
            inputs="extra more",
        ),
        inputs="extra more",
    ),
    "Environment": Step(
        body(
            'label = environ_vars["LABEL"]',
            'limit = int(environ_vars.get("LIMIT", "3"))',
            'print(label, limit, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
        ),
        required="LABEL",
        optional={"LIMIT": "3"},
    ),
    "EnvironmentByHelper": Step(
        body(
            'print(number(environ_vars, "LIMIT"), flag(environ_vars), input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="def number(settings, name):\n    return float(settings[name])\n\n\n"
            'def flag(settings):\n    return settings.get("FLAG", "") in ("1", "true")\n\n\n',
        ),
        optional={"LIMIT": "3", "FLAG": ""},
    ),
    "SystemEnvironment": Step(
        body(
            'print(os.environ.get("HOME"), os.environ["AWS_REGION"], os.getenv("SM_NUM_CPUS", "1"))',
            'print(input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="import os\n\n\n",
        )
    ),
    "Arguments": Step(
        "import argparse\nimport os\n\n\n"
        + _MAIN
        + '    print(job_args.job_type, job_args.max_rows, input_paths["data"], open(output_paths["result"] + "/x", "w"))\n\n\n'
        "def parse():\n    parser = argparse.ArgumentParser()\n"
        '    parser.add_argument("--job-type", choices=["training", "validation"], required=True)\n'
        '    parser.add_argument("--max_rows", "-n", type=int, default=10)\n    return parser.parse_args()\n\n\n'
        'if __name__ == "__main__":\n'
        f'    main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, dict(os.environ), parse())\n',
        arguments={"job-type": "training", "max-rows": 10},
    ),
    "ArgumentsAsDict": Step(
        "import argparse\nimport os\n\n\n"
        + _MAIN
        + '    options = vars(job_args)\n    print(options["depth"], getattr(job_args, "verbose", False))\n'
        '    print(input_paths["data"], open(output_paths["result"] + "/x", "w"))\n\n\n'
        'if __name__ == "__main__":\n    parser = argparse.ArgumentParser()\n'
        '    parser.add_argument("--depth", type=float, default=1.5)\n'
        '    parser.add_argument("--verbose", action="store_true")\n    arguments, _ = parser.parse_known_args()\n'
        f'    main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, os.environ.copy(), arguments)\n',
        arguments={"depth": 1.5, "verbose": None},
    ),
    "Status": Step(
        "import argparse\nimport os\nimport sys\n\n\n"
        + _MAIN
        + '    if not os.path.isdir(input_paths["data"]):\n        return 1\n    print(open(output_paths["result"] + "/x", "w"))\n    return 0\n\n\n'
        'if __name__ == "__main__":\n'
        f'    sys.exit(main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, {{}}, argparse.Namespace()))\n'
    ),
    "StatusKept": Step(
        "import argparse\nimport sys\n\n\n"
        + _MAIN
        + '    print(input_paths["data"], open(output_paths["result"] + "/x", "w"))\n    return 2\n\n\ndef cli():\n'
        f'    status = main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, {{}}, argparse.Namespace())\n'
        "    if status:\n        sys.exit(status)\n\n\n"
        'if __name__ == "__main__":\n    cli()\n'
    ),
    "ReportsFailure": Step(
        "import argparse\nimport logging\nimport os\nimport sys\nimport traceback\n\n\n"
        + _MAIN
        + '    print(input_paths["data"], open(output_paths["result"] + "/x", "w"))\n\n\n'
        'if __name__ == "__main__":\n    try:\n'
        f'        main({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}}, dict(os.environ), argparse.Namespace())\n'
        "        sys.exit(0)\n    except Exception as error:\n        logging.error(error)\n"
        '        with open("/opt/ml/output/failure", "w") as file:\n            file.write(traceback.format_exc())\n'
        "        sys.exit(255)\n"
    ),
    "HandlesWhatItKnows": Step(
        body(
            "try:",
            '    text = open(input_paths["data"] + "/x").read()',
            "except FileNotFoundError:",
            '    text = ""',
            "try:",
            '    open(output_paths["result"] + "/x", "w").write(text)',
            "except Exception:",
            '    print("failed")',
            "    raise",
        )
    ),
    "Cleanup": Step(
        body(
            _COPY,
            "try:",
            '    os.remove("/tmp/scratch")',
            "except Exception:",
            "    pass",
            before="import os\n\n\n",
        )
    ),
    "GuardTheOtherWay": Step(body(_COPY).replace('__name__ == "__main__"', '"__main__" == __name__')),
    "Keywords": Step(
        "import argparse\nimport os\n\n\n" + _MAIN + f"    {_COPY}\n\n\n" + 'if __name__ == "__main__":\n    main(\n'
        f'        job_args=argparse.Namespace(),\n        input_paths={{"data": "{_IN}/data"}},\n'
        f'        output_paths={{"result": "{_OUT}/result"}},\n        environ_vars=dict(os.environ),\n    )\n'
    ),
    "NamedLikeTheParameters": Step(
        "import argparse\nimport os\n\n\n" + _MAIN + f"    {_COPY}\n\n\n" + 'if __name__ == "__main__":\n'
        f'    input_paths = {{"data": "{_IN}/data"}}\n    output_paths = {{"result": "{_OUT}/result"}}\n'
        "    environ_vars, job_args = dict(os.environ), argparse.Namespace()\n"
        "    main(input_paths, output_paths, environ_vars, job_args)\n"
    ),
    "Starred": Step(
        "import argparse\n\n\n"
        + _MAIN
        + f"    {_COPY}\n\n\n"
        + f'ROOTS = ({{"data": "{_IN}/data"}}, {{"result": "{_OUT}/result"}})\n\n'
        + 'if __name__ == "__main__":\n    main(*ROOTS, {}, argparse.Namespace())\n'
    ),
    "OwnModule": Step(
        body("copy(input_paths, output_paths)", before="from cursus_dev.steps.scripts._copying import copy\n\n\n"),
        beside={"steps/scripts/_copying.py": 'def copy(a, b):\n    print(a["data"], b["result"])\n'},
    ),
    "RelativeModule": Step(
        body(
            'print(limit(), input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="from ..limits import limit\n\n\n",
        ),
        beside={"steps/limits.py": "def limit():\n    return 3\n"},
    ),
    "LateImport": Step(
        body("from shutil import copytree", 'copytree(input_paths["data"], output_paths["result"], dirs_exist_ok=True)')
    ),
    "OwnFolder": Step(
        body(
            'print((Path(__file__).parent / "words.txt").exists(), input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="from pathlib import Path\n\n\n",
        )
    ),
    "Asynchronous": Step(
        body(
            'asyncio.run(work(input_paths["data"], output_paths["result"]))',
            before="import asyncio\n\n\nasync def work(source, target):\n    print(source, target)\n\n\n",
        )
    ),
    "Matching": Step(
        body(
            'match environ_vars["MODE"]:',
            '    case "fast":',
            '        print(input_paths["data"])',
            "    case _:",
            '        print(open(output_paths["result"] + "/x", "w"))',
        ),
        required="MODE",
    ),
    "NestedFunction": Step(
        body(
            "def write(name):",
            '    return open(output_paths["result"] + name, "w")',
            'write(input_paths["data"])',
        )
    ),
    "Training": Step(
        "import argparse\nimport json\nimport os\n\n\n"
        + _MAIN
        + '    rows = os.listdir(input_paths["train"]) + os.listdir(input_paths["validation"])\n'
        '    with open(os.path.join(output_paths["model"], "model.json"), "w") as file:\n'
        "        json.dump({'rows': rows, 'depth': job_args.max_depth}, file)\n\n\n"
        'if __name__ == "__main__":\n    parser = argparse.ArgumentParser()\n'
        '    parser.add_argument("--max_depth", type=int, default=6)\n'
        '    channels = {n: os.environ.get(f"SM_CHANNEL_{n.upper()}", f"/opt/ml/input/data/{n}") for n in ("train", "validation")}\n'
        '    main(channels, {"model": os.environ.get("SM_MODEL_DIR", "/opt/ml/model")}, dict(os.environ), parser.parse_args())\n',
        inputs="train validation",
        outputs="model",
        arguments={"max_depth": 6},
        training=True,
    ),
    "OnlyOutput": Step(body('open(output_paths["result"] + "/x", "w").close()', inputs=""), inputs=""),
    "OnlyInput": Step(body('print(open(input_paths["data"] + "/x").read())', outputs=""), outputs=""),
}

_BASE = "from cursus.core.base import "
_NAMES = "DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification\n\n"
_PROPERTY = "properties.ProcessingOutputConfig.Outputs['result'].S3Output.S3Uri"

CLEAN |= {
    "ByFunction": Step(
        body(_COPY),
        manifested=False,
        beside={
            "steps/contracts/by_function_contract.py": _BASE
            + "ScriptContract\n\n\ndef get_by_function_contract():\n    return ScriptContract(\n"
            f'        entry_point="by_function.py",\n        expected_input_paths=dict(data="{_IN}/data"),\n'
            f'        expected_output_paths={{"result": "{_OUT}/result"}},\n        required_env_vars=[],\n    )\n',
            "steps/specs/by_function_spec.py": _BASE
            + _NAMES
            + 'DATA = DependencySpec(logical_name="data", dependency_type=DependencyType.PROCESSING_OUTPUT)\n'
            f'RESULT = OutputSpec(logical_name="result", output_type=DependencyType.PROCESSING_OUTPUT, property_path="{_PROPERTY}")\n'
            "BY_FUNCTION_SPEC = StepSpecification(\n"
            '    step_type="ByFunction", node_type=NodeType.INTERNAL, dependencies=[DATA], outputs=[RESULT]\n)\n',
        },
    ),
    "JobVariants": Step(
        body(_COPY),
        manifested=False,
        beside={
            "steps/contracts/job_variants_contract.py": _BASE + f'ScriptContract\n\nROOT = "{_IN}"\n'
            'JOB_VARIANTS_CONTRACT = ScriptContract(\n    entry_point="job_variants.py",\n'
            '    expected_input_paths={"data": f"{ROOT}/data"},\n'
            f'    expected_output_paths={{"result": "{_OUT}/result"}},\n    required_env_vars=[],\n)\n',
            **{
                f"steps/specs/job_variants_{job}_spec.py": _BASE
                + _NAMES
                + f"JOB_VARIANTS_{job.upper()}_SPEC = StepSpecification(\n"
                f'    step_type="JobVariants_{job.capitalize()}",\n    node_type=NodeType.INTERNAL,\n    dependencies=[\n'
                '        DependencySpec(logical_name="data", dependency_type=DependencyType.PROCESSING_OUTPUT),\n    ],\n'
                '    outputs=[\n        OutputSpec(\n            logical_name="result",\n'
                "            output_type=DependencyType.PROCESSING_OUTPUT,\n"
                f'            property_path="{_PROPERTY}",\n        ),\n    ],\n)\n'
                for job in ("training", "testing")
            },
        },
    ),
    "OwnBuilder": Step(
        body('print(environ_vars["SLICES"])', _COPY),
        required="SLICES",
        beside={
            "steps/configs/config_own_builder_step.py": _BASE
            + "ProcessingStepConfigBase\n\n\nclass Common(ProcessingStepConfigBase):\n    slice_names: list[str] = []\n\n\n"
            "class OwnBuilderConfig(Common):\n    width: int = 3\n\n    @property\n    def doubled(self):\n"
            "        return self.width * 2\n",
            "steps/builders/builder_own_builder_step.py": _BASE
            + "StepBuilderBase\n\nfrom ..configs.config_own_builder_step import OwnBuilderConfig\n\n\n"
            "class OwnBuilderStepBuilder(StepBuilderBase):\n    config: OwnBuilderConfig\n\n"
            "    def _get_environment_variables(self):\n        slices = self.config.slice_names or [self.config.doubled]\n"
            '        return {**super()._get_environment_variables(), "SLICES": ",".join(map(str, slices))}\n\n'
            "    def validate_configuration(self):\n        super().validate_configuration()\n"
            '        if getattr(self.config, "maybe", None) and self.config.job_type:\n            self.config.model_dump()\n',
        },
    ),
}


def write_clean(root: Path, steps: Mapping[str, Step]) -> None:
    """These steps as one workspace of a new root."""
    package = root / "developers" / "clean" / "src" / "cursus_dev"
    for folder in (package, package / "steps", package / "steps/scripts", package / "steps/interfaces"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
    for name, step in steps.items():
        stem = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        if step.manifested:
            (package / f"steps/interfaces/{stem}.step.yaml").write_text(step.manifest(name), "utf-8")
        (package / f"steps/scripts/{stem}.py").write_text(step.script, "utf-8")
        for path, text in (step.beside or {}).items():
            (package / path).parent.mkdir(exist_ok=True)
            (package / path).write_text(text, "utf-8")
