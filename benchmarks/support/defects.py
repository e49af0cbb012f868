# ruff: noqa: E501 - what is seeded is code itself, and is not broken
"""Kinds of single mistakes, by level, each as a change of one file of a step.

A kind may be seeded in several ways, one for each form a step is written in; it is seeded wherever its pattern is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from re import Match

Replacement = str | Callable[[Match[str]], str]

LEVELS = ("workspace", "script-contract", "contract-spec", "spec-dependencies", "builder-config")
#: Where a statement of one's own can stand first in ``main``.
_BODY = r'(def main\(.*?\) -> None:\n(?:    """[^"]*"""\n)?)'
_BODY_OF_OUTPUT = rf'{_BODY}(?=.*?output_paths\["(\w+)"\])'
_CALL = r"    main\(INPUTS, OUTPUTS, dict\(os\.environ\), (?P<last>.*)\)\n"
_PARSER = r'if __name__ == "__main__":\n    parser = .*\n'


@dataclass(frozen=True)
class Seed:
    """One way to seed one kind of mistake.

    :param part: ``script``, ``contract``, ``spec``, ``manifest``, ``builder``, ``config``, ``overlay``, ``settings`` or
        ``pipeline``.
    :param pattern: what is replaced, once.
    :param every: replaced wherever it is found, not once.
    :param rename: the file gets this name as well; ``{stem}`` and ``{suffix}`` are its own. Empty to remove the file.
    """

    level: str
    kind: str
    part: str
    pattern: str
    replacement: Replacement
    rename: str | None = None
    every: bool = False

    def apply(self, text: str) -> str | None:
        """The text with the mistake; None when there is no place for it."""
        changed, count = re.subn(
            self.pattern, self.replacement, text, count=0 if self.every else 1, flags=re.DOTALL | re.MULTILINE
        )
        return changed if count and (changed != text or self.rename is not None) else None


def _insert(statement: str) -> str:
    return rf"\1    {statement}\n"


def _wrapped(before: str, after: str) -> Callable[[Match[str]], str]:
    return lambda match: before + "    " + match[0] + after


def _left_empty(match: Match[str]) -> str:
    """The script with its outputs written elsewhere, though it makes their folders."""
    used = list(dict.fromkeys(re.findall(r'output_paths\["(\w+)"\]', match[0])))
    made = "".join(f'    os.makedirs(output_paths["{name}"], exist_ok=True)\n' for name in used)
    text = re.sub(r'output_paths\["(\w+)"\]', r'"/tmp/\1"', match[0])
    return re.sub(_BODY, lambda head: head[0] + made, text, count=1, flags=re.DOTALL | re.MULTILINE)


def _rows(level: str, rows: list[tuple[object, ...]]) -> list[Seed]:
    return [Seed(level, *row) for row in rows]  # type: ignore[arg-type]


WORKSPACE = _rows(
    "workspace",
    [
        ("a script that does not parse", "script", r"^def main\(", "def main(("),
        ("a contract that does not parse", "contract", r"ScriptContract\(", "ScriptContract(("),
        ("a spec that does not parse", "spec", r"dependencies=\[", "dependencies="),
        ("a builder that does not parse", "builder", r"^class ", "clas "),
        ("wrong indentation", "script", r"^import json\n", "  import json\n"),
        ("a null character", "script", r"\A", "\0"),
        ("an unknown encoding", "script", r"\A", "# -*- coding: no-such -*-\n"),
        ("a manifest that is no YAML", "manifest", r"^inputs:\n", "inputs: {\n"),
        ("an unknown key in a manifest", "manifest", r"^outputs:\n", "exports: {}\noutputs:\n"),
        ("a manifest without a step", "manifest", r"^step: .*\n", ""),
        ("a key twice in a manifest", "manifest", r"^(step: .*\n)", r"\1\1"),
        ("a manifest of another version", "manifest", r"^schema_version: 1", "schema_version: 7"),
        ("a script whose name is in capitals", "script", r"\A", "", "{stem}_V2{suffix}"),
        ("a contract that is misnamed", "contract", r"\A", "", "contract_{stem}{suffix}"),
        ("a spec that is misnamed", "spec", r"\A", "", "{stem}ification{suffix}"),
        ("a builder that is misnamed", "builder", r"\A", "", "{stem}_builder{suffix}"),
        ("a config that is misnamed", "config", r"\A", "", "{stem}s{suffix}"),
        ("a manifest that is misnamed", "manifest", r"\A", "", "Step-{stem}{suffix}"),
        ("the contract is missing", "contract", r"\A", "", ""),
        ("the spec is missing", "spec", r"\A", "", ""),
        ("the script is missing", "script", r"\A", "", ""),
        (
            "import of another workspace",
            "script",
            r"^import json\n",
            "import json\nfrom developers.other.src import x\n",
        ),
        (
            "import of another workspace in a function",
            "script",
            _BODY,
            _insert("from developers.other.src.cursus_dev.steps.scripts import tables"),
        ),
        ("relative import out of the package", "script", r"^import json\n", "import json\nfrom .....other import x\n"),
        ("import of a module that is not there", "script", r"^import json\n", "import json\nfrom . import _nothing\n"),
        (
            "import of an own module that is not there",
            "script",
            r"^import json\n",
            "import json\nfrom cursus_dev.steps.scripts._nothing import x\n",
        ),
        (
            "the search path leads elsewhere",
            "script",
            r"^import json\n",
            "import json\nimport sys\nsys.path.insert(0, '/home/ada/other/src')\n",
        ),
        (
            "the search path climbs out",
            "script",
            r"^import json\n",
            "import json\nimport sys\nsys.path.append(str(Path(__file__).parents[8] / 'other'))\n",
        ),
        (
            "a module loaded by its file",
            "script",
            _BODY,
            _insert("import runpy\n    runpy.run_path('../../../../../other/src/x.py')"),
        ),
        ("a path of another workspace", "script", _BODY, _insert("open('developers/risk/data/flights.csv')")),
        ("an overlay that does not parse", "overlay", r"WORKSPACE_STEPS = \{", "WORKSPACE_STEPS = {{"),
        (
            "a row of the core is taken without saying so",
            "overlay",
            r"WORKSPACE_STEPS = \{\n",
            (
                'WORKSPACE_STEPS = {\n    "Payload": {"config_class": "P", "builder_step_name": "PB", "spec_type": "Payload", '
                '"sagemaker_step_type": "Processing"},\n'
            ),
        ),
        (
            "an override of nothing",
            "overlay",
            r"\Z",
            (
                '\nSTEP_OVERRIDES = {"NoSuch": {"config_class": "N", "builder_step_name": "NB", "spec_type": "NoSuch", '
                '"sagemaker_step_type": "Processing"}}\n'
            ),
        ),
        ("a row with a field misspelt", "overlay", r'"config_class"', '"config_clas"'),
        ("workspace.toml that is no TOML", "settings", r"\A", "owner = \n"),
        (
            "a comment that ignores without a reason",
            "script",
            r"^def main\(",
            "# cursus: ignore[unused-input]\ndef main(",
        ),
        ("a comment that ignores nothing", "script", r"^def main\(", "# cursus: ignore[unused-input] why\ndef main("),
    ],
)

SCRIPT_CONTRACT = _rows(
    "script-contract",
    [
        ("an input misspelt", "script", r'input_paths\["(\w+)"\]', r'input_paths["\1x"]'),
        ("an input misspelt in get", "script", r'input_paths\["(\w+)"\]', r'input_paths.get("\1_x")'),
        ("an input nobody declares", "script", _BODY, _insert('print(input_paths["extra"])')),
        (
            "an undeclared input by another name",
            "script",
            _BODY,
            _insert('paths = input_paths\n    print(paths["extra"])'),
        ),
        (
            "an undeclared input in a helper",
            "script",
            _BODY,
            r"def helper(paths):\n    return paths['extra']\n\n\n\1    helper(input_paths)\n",
        ),
        (
            "an undeclared input by a constant",
            "script",
            _BODY,
            r"EXTRA = 'extra'\n\n\n\1    print(input_paths[EXTRA])\n",
        ),
        ("an input that is never read", "script", r'input_paths(?:\.get\(|\[)"(\w+)"[\])]', r'"/tmp/\1"', None, True),
        ("an output misspelt", "script", r'output_paths\["(\w+)"\]', r'output_paths["\1s"]'),
        ("an output nobody declares", "script", _BODY, _insert('Path(output_paths["extra"]).mkdir()')),
        (
            "an undeclared output in a loop",
            "script",
            _BODY,
            _insert('[output_paths[name] for name in ("extra", "more")]'),
        ),
        ("an output that is never written", "script", r'output_paths\["(\w+)"\]', r'"/tmp/\1"', None, True),
        ("a required variable misspelt", "script", r'environ_vars\["(\w+)"\]', r'environ_vars["\1S"]'),
        ("an optional variable misspelt", "script", r'environ_vars\.get\("(\w+)"', r'environ_vars.get("MY_\1"'),
        ("a variable nobody declares", "script", _BODY, _insert('print(environ_vars["EXTRA"])')),
        ("os.environ read past the contract", "script", _BODY, _insert('print(os.environ["EXTRA"])')),
        ("os.getenv past the contract", "script", _BODY, _insert('print(os.getenv("EXTRA"))')),
        (
            "an imported environ past the contract",
            "script",
            _BODY,
            r"from os import environ as settings\n\n\n\1    print(settings['EXTRA'])\n",
        ),
        ("a variable that is never read", "script", r'environ_vars\.get\("(\w+)"(, ".*?")?\)', '"constant"'),
        ("an argument read that nobody declares", "script", _BODY, _insert("print(job_args.extra)")),
        ("an argument asked for that nobody declares", "script", _BODY, _insert('print(getattr(job_args, "extra"))')),
        ("an argument renamed in the parser", "script", r'add_argument\("--(\w+)"', r'add_argument("--\1_x"'),
        ("an argument missing from the parser", "script", r"    parser\.add_argument\(.*?\)\n", ""),
        (
            "an argument required past the contract",
            "script",
            rf"({_PARSER})",
            r'\1    parser.add_argument("--must", required=True)' + "\n",
        ),
        ("a default that is none of the choices", "script", r'choices=\["(\w+)", ', "choices=["),
        ("a default of another type", "contract", r'(expected_arguments=\{"\w+": )"\d+"', r'\1"many"'),
        ("a default of another type", "manifest", r"(^arguments:\n  \w+: )\d+", r"\1many"),
        (
            "a container path misspelt",
            "script",
            r'"/opt/ml/processing/output/(\w+)"',
            r'"/opt/ml/processing/output/\1x"',
        ),
        (
            "a container path elsewhere",
            "script",
            r'"/opt/ml/processing/input/(\w+)"',
            r'"/opt/ml/processing/inputs/\1"',
        ),
        ("a training path misspelt", "script", r'"/opt/ml/input/data/(\w+)"', r'"/opt/ml/input/data/\1x"'),
        ("a path that nothing mounts", "script", _BODY, _insert('open("/opt/ml/processing/output/more/x.csv", "w")')),
        ("an entry point misspelt", "contract", r'entry_point="(\w+)\.py"', r'entry_point="\1s.py"'),
        ("an entry point misspelt", "manifest", r"^script: (\w+)\.py", r"script: \1s.py"),
        ("main under another name", "script", r"^def main\(", "def run("),
        ("main without one of the four", "script", r"    environ_vars: dict\[str, str\],\n", ""),
        (
            "main with its parameters in another order",
            "script",
            r"    (input_paths: .*?)\n    (output_paths: .*?)\n",
            r"    \2\n    \1\n",
        ),
        (
            "main called with three",
            "script",
            r"main\(INPUTS, OUTPUTS, dict\(os\.environ\), .*\)\n",
            "main(INPUTS, OUTPUTS, dict(os.environ))\n",
        ),
        ("main called with inputs and outputs swapped", "script", r"main\(INPUTS, OUTPUTS,", "main(OUTPUTS, INPUTS,"),
        (
            "main called with a keyword it does not have",
            "script",
            r"main\(INPUTS, OUTPUTS, dict",
            "main(INPUTS, OUTPUTS, environment=dict",
        ),
        ("main never called", "script", r'^if __name__ == "__main__":\n.*', ""),
        ("main called on import", "script", r'^if __name__ == "__main__":\n    main\(', "main("),
        (
            "sys.exit inside main",
            "script",
            _BODY,
            _insert('if not input_paths:\n        __import__("sys")\n        sys.exit(1)'),
        ),
        ("SystemExit inside main", "script", _BODY, _insert("if not input_paths:\n        raise SystemExit(2)")),
        (
            "an exit in a helper of main",
            "script",
            _BODY,
            r"def stop():\n    os._exit(0)\n\n\n\1    if not input_paths:\n        stop()\n",
        ),
        (
            "errors hidden around main",
            "script",
            _CALL,
            _wrapped("    try:\n", "    except Exception as error:\n        print(error)\n"),
        ),
        (
            "errors hidden with exit code 0",
            "script",
            _CALL,
            _wrapped("    try:\n", "    except BaseException:\n        os._exit(0)\n"),
        ),
        ("a status thrown away", "script", _BODY, _insert("if not input_paths:\n        return 1")),
        (
            "errors hidden while writing",
            "script",
            _BODY,
            _insert("try:\n        Path(list(output_paths)[0]).touch()\n    except Exception:\n        pass"),
        ),
        (
            "an input taken out of the contract",
            "contract",
            r'expected_input_paths=\{\s*"\w+": f?".*?",?\s*',
            "expected_input_paths={",
        ),
        (
            "an input taken out of the contract",
            "manifest",
            r"^inputs:\n  (\w+):\n    path: (.*?)$",
            r"inputs:\n  \1_old:\n    path: \2",
        ),
        (
            "an output renamed in the contract",
            "contract",
            r'expected_output_paths=\{"(\w+)"',
            r'expected_output_paths={"\1_new"',
        ),
        ("an output renamed in the contract", "manifest", r"^outputs:\n  (\w+):", r"outputs:\n  \1_new:"),
        (
            "a variable taken out of the contract",
            "contract",
            r'optional_env_vars=\{"\w+": [^,}]*(, )?',
            "optional_env_vars={",
        ),
        ("a variable taken out of the contract", "manifest", r"required: \[\w+, ", "required: ["),
        ("a required variable nobody reads", "contract", r"required_env_vars=\[\]", 'required_env_vars=["EXTRA"]'),
        ("main returns before it does anything", "script", _BODY, _insert("return")),
        ("what writes is switched off", "script", _BODY, _insert("raise NotImplementedError")),
        (
            "errors suppressed while writing",
            "script",
            _BODY,
            _insert("with contextlib.suppress(Exception):\n        Path(list(output_paths)[0]).touch()"),
        ),
        ("errors lost behind finally", "script", _CALL, _wrapped("    try:\n", "    finally:\n        sys.exit(0)\n")),
        (
            "a helper that hides errors",
            "script",
            _BODY,
            r"def save(folder):\n    try:\n        open(folder)\n    except Exception:\n        pass\n\n\n\1    save(output_paths)\n",
        ),
        ("a folder that is made and left empty", "script", r"\A.*\Z", _left_empty),
        (
            "no slash behind the folder",
            "script",
            _BODY_OF_OUTPUT,
            r'\1    open(output_paths["\2"] + "extra.csv", "w")' + "\n",
        ),
        (
            "an absolute path joined to the folder",
            "script",
            _BODY_OF_OUTPUT,
            r'\1    open(os.path.join(output_paths["\2"], "/extra.csv"), "w")' + "\n",
        ),
        (
            "a path that climbs out of the folder",
            "script",
            _BODY_OF_OUTPUT,
            r'\1    (Path(output_paths["\2"]) / ".." / "extra.csv").touch()' + "\n",
        ),
        (
            "a container path joined of wrong constants",
            "script",
            _BODY,
            r'ROOT = "/opt/ml/processing/output"\n\n\n\1    open(f"{ROOT}/extra/x.csv", "w")' + "\n",
        ),
        (
            "two container paths swapped",
            "script",
            r'"(\w+)": ("/opt/ml/[^"]+")(,\s*)"(\w+)": ("/opt/ml/[^"]+")',
            r'"\1": \5\3"\4": \2',
        ),
        ("another default in the script", "script", r'(environ_vars\.get\("\w+", ")(\d+)', r"\g<1>9\2"),
        ("another default in the contract", "manifest", r'^(    [A-Z_]+: )"?(\d+)"?$', r'\1"9\2"'),
        ("an argument added twice", "script", r'(    parser\.add_argument\("--.*?\)\n)', r"\1\1"),
        ("an argument by position", "script", r'add_argument\("--(\w+)"', r'add_argument("\1"'),
        (
            "a flag that is given a value",
            "script",
            r'add_argument\("--(\w+)", [^\n]*\)\n',
            r'add_argument("--\1", action="store_true")' + "\n",
        ),
        ("a command line that is not parsed", "script", r"parser\.parse_args\(\)", "parser.parse_args([])"),
        (
            "the parser itself handed to main",
            "script",
            r"(main\(INPUTS, OUTPUTS, dict\(os\.environ\), )[^\n]*\)\n",
            r"\1parser)" + "\n",
        ),
        ("an argument nobody parses", "contract", r"expected_arguments=\{", 'expected_arguments={"extra": "1", '),
    ],
)

_DEPENDENCY = (
    '        DependencySpec(logical_name="extra", dependency_type=DependencyType.PROCESSING_OUTPUT, required=False),\n'
)
_OUTPUT = (
    '        OutputSpec(logical_name="extra", output_type=DependencyType.PROCESSING_OUTPUT, '
    "property_path=\"properties.ProcessingOutputConfig.Outputs['extra'].S3Output.S3Uri\"),\n"
)
_PATH = r"properties\.ProcessingOutputConfig\.Outputs\['(\w+)'\]\.S3Output\.S3Uri"

CONTRACT_SPEC = _rows(
    "contract-spec",
    [
        (
            "a dependency misspelt",
            "spec",
            r'DependencySpec\(\s*logical_name="(\w+)"',
            r'DependencySpec(logical_name="\1x"',
        ),
        ("an output misspelt", "spec", r'OutputSpec\(\s*logical_name="(\w+)"', r'OutputSpec(logical_name="\1s"'),
        ("a dependency is missing", "spec", r"        DependencySpec\(.*?\n        \),\n", ""),
        ("an output is missing", "spec", r"        OutputSpec\(.*?\n        \),\n", ""),
        ("a dependency too many", "spec", r"    dependencies=\[\n", "    dependencies=[\n" + _DEPENDENCY),
        ("an output too many", "spec", r"    outputs=\[\n", "    outputs=[\n" + _OUTPUT),
        (
            "an input the spec does not have",
            "contract",
            r"expected_input_paths=\{",
            'expected_input_paths={"extra": "/opt/ml/processing/input/extra", ',
        ),
        (
            "an output the spec does not have",
            "contract",
            r"expected_output_paths=\{",
            'expected_output_paths={"extra": "/opt/ml/processing/output/extra", ',
        ),
        ("an input renamed in the contract", "contract", r'(expected_input_paths=\{\s*)"(\w+)"', r'\1"\2_new"'),
        ("an output renamed in the contract", "contract", r'(expected_output_paths=\{\s*)"(\w+)"', r'\1"\2_new"'),
        (
            "a path of another output",
            "spec",
            _PATH,
            "properties.ProcessingOutputConfig.Outputs['other'].S3Output.S3Uri",
        ),
        ("a path of a training job", "spec", _PATH, "properties.ModelArtifacts.S3ModelArtifacts"),
        ("a path of a model", "spec", _PATH, "properties.ModelName"),
        (
            "a path with its first member misspelt",
            "spec",
            _PATH,
            r"properties.ProcessingOutputsConfig.Outputs['\1'].S3Output.S3Uri",
        ),
        (
            "a path with an inner member misspelt",
            "spec",
            _PATH,
            r"properties.ProcessingOutputConfig.Outputs['\1'].S3Outputs.S3Uri",
        ),
        (
            "a path with its last member misspelt",
            "spec",
            _PATH,
            r"properties.ProcessingOutputConfig.Outputs['\1'].S3Output.S3Url",
        ),
        ("a path that stops half-way", "spec", _PATH, "properties.ProcessingOutputConfig"),
        ("a path that is not of properties", "spec", _PATH, r"ProcessingOutputConfig.Outputs['\1'].S3Output.S3Uri"),
        ("a path that is none", "spec", _PATH, "the features"),
        ("a property no job has", "spec", _PATH, "properties.OutputLocation"),
        ("a position past the outputs", "spec", _PATH, "properties.ProcessingOutputConfig.Outputs[7].S3Output.S3Uri"),
        (
            "a path of another kind in a manifest",
            "manifest",
            r"^outputs:\n  (\w+):\n",
            r"outputs:\n  \1:\n    property_path: properties.TransformOutput.S3OutputPath\n",
        ),
        (
            "a path of another output in a manifest",
            "manifest",
            r"^outputs:\n  (\w+):\n",
            r"outputs:\n  \1:\n    property_path: properties.ProcessingOutputConfig.Outputs['x'].S3Output.S3Uri\n",
        ),
        (
            "two ports at one path",
            "contract",
            r'(expected_input_paths=\{\s*"\w+": )(f?"[^"]*")(,\s*"\w+": )f?"[^"]*"',
            r"\1\2\3\2",
        ),
        (
            "two ports at one path",
            "manifest",
            r"^(inputs:\n  \w+:\n    path: )(\S+)(.*?^  \w+:\n    path: )(\S+)",
            r"\1\2\3\2",
        ),
        (
            "an input outside the inputs",
            "contract",
            r'expected_input_paths=\{\s*"(\w+)": f?"[^"]*"',
            r'expected_input_paths={"\1": "/opt/ml/input/data/\1"',
        ),
        ("an input outside the inputs", "manifest", r"/opt/ml/processing/input/(\w+)", r"/opt/ml/input/data/\1"),
        (
            "an output among the inputs",
            "manifest",
            r"/opt/ml/processing/output/(\w+)",
            r"/opt/ml/processing/input/out_\1",
        ),
        (
            "an output outside /opt/ml",
            "contract",
            r'expected_output_paths=\{"(\w+)": f?"[^"]*"',
            r'expected_output_paths={"\1": "/tmp/\1"',
        ),
        ("a relative path", "manifest", r"/opt/ml/processing/output/(\w+)", r"output/\1"),
        ("a path that climbs", "manifest", r"/opt/ml/processing/output/(\w+)", r"/opt/ml/processing/output/../\1"),
        (
            "an input where the code is",
            "manifest",
            r"/opt/ml/processing/input/(\w+)",
            r"/opt/ml/processing/input/code/\1",
        ),
        (
            "a port inside another",
            "manifest",
            r"^(outputs:\n  \w+:\n    path: )(\S+)(.*?^  \w+:\n    path: )(\S+)",
            r"\1\2\3\2/inner",
        ),
        ("a training channel elsewhere", "manifest", r"/opt/ml/input/data/(\w+)", r"/opt/ml/processing/input/\1"),
        ("a model elsewhere", "manifest", r"/opt/ml/model$", "/opt/ml/models"),
        ("a source that takes inputs", "spec", r"NodeType\.INTERNAL", "NodeType.SOURCE"),
        ("a sink that puts out", "manifest", r"^node_type: internal", "node_type: sink"),
        ("a node type that does not exist", "spec", r"NodeType\.INTERNAL", "NodeType.INNER"),
        (
            "a dependency type that does not exist",
            "spec",
            r"DependencyType\.PROCESSING_OUTPUT",
            "DependencyType.PROCESSED",
        ),
        ("a type that does not exist", "manifest", r"type: model_artifacts", "type: model_artefacts"),
        ("a name twice", "spec", r'(logical_name="(\w+)".*?logical_name=)"\w+"', r'\1"\2"'),
        ("a step type that is another's", "spec", r'step_type="(\w+)"', r'step_type="\1Two"'),
        (
            "a SageMaker type that does not exist",
            "overlay",
            r'"sagemaker_step_type": "Processing"',
            '"sagemaker_step_type": "Procesing"',
        ),
        (
            "a SageMaker type that does not exist",
            "manifest",
            r"^sagemaker_step_type: Processing",
            "sagemaker_step_type: Proccessing",
        ),
    ],
)

SPEC_DEPENDENCIES = _rows(
    "spec-dependencies",
    [
        ("a source misspelt", "spec", r'compatible_sources=\["(\w+)"', r'compatible_sources=["\1s"'),
        ("a source misspelt", "manifest", r"sources: \[(\w+)", r"sources: [\1s"),
        (
            "a source that nobody offers",
            "spec",
            r"(?<=PROCESSING_OUTPUT,\n)(?=            semantic)",
            '            compatible_sources=["NoSuchStep"],\n',
        ),
        ("a source in a workspace that has it not", "manifest", r"sources: \[(\w+)\]", r"sources: [nobody/\1]"),
        (
            "a type no source puts out",
            "spec",
            r"dependency_type=DependencyType\.MODEL_ARTIFACTS",
            "dependency_type=DependencyType.PAYLOAD_SAMPLES",
        ),
        (
            "a data type no source puts out",
            "spec",
            r"(dependency_type=DependencyType\.MODEL_ARTIFACTS,)",
            r'\1 data_type="Integer",',
        ),
        (
            "an output that changed its type",
            "manifest",
            r"type: model_artifacts\n    aliases",
            "type: payload_samples\n    aliases",
        ),
        (
            "an output that changed its data type",
            "manifest",
            r"(^  (?:model:\n(?=    path: /opt/ml/model$)|calibrated_predictions:\n))",
            r"\1    data_type: Integer" + "\n",
        ),
        ("an output that pipelines name is renamed", "manifest", r"^  calibrated_predictions:", "  calibrated:"),
        ("an input that pipelines name is renamed", "manifest", r"^  calibration_predictions:", "  known_predictions:"),
        (
            "a required input that pipelines do not feed",
            "manifest",
            r"^inputs:\n",
            "inputs:\n  more: {path: /opt/ml/processing/input/more, type: hyperparameters, sources: [DelayTraining]}\n",
        ),
        ("a column is renamed by who writes it", "manifest", r"score: float, raw", "probability: float, raw"),
        ("a column is no longer written", "manifest", r"label: int, (?=score: float, raw)", ""),
        ("a column changed its type", "manifest", r"score: float, raw", "score: str, raw"),
        ("a column is renamed by who reads it", "contract", r'"score": "float"', '"scores": "float"'),
        ("a column more is read", "contract", r'"score": "float"', '"score": "float", "carrier": "str"'),
        ("a column is read as another type", "contract", r'"label": "int"', '"label": "datetime"'),
        ("an edge is missing", "pipeline", r"  - split -> train\n", ""),
        ("another edge is missing", "pipeline", r"  - split\.testing_data -> evaluate\.eval_data\n", ""),
        ("an edge to no node", "pipeline", r"features -> split", "features -> splitt"),
        ("an edge from no node", "pipeline", r"features -> split", "feature -> split"),
        ("an output that is none", "pipeline", r"split\.calibration_data", "split.calibration"),
        ("an input that is none", "pipeline", r"score_calibration\.eval_data", "score_calibration.evaluation"),
        ("a cycle", "pipeline", r"^edges:\n", "edges:\n  - train -> features\n"),
        ("a node that waits for itself", "pipeline", r"^edges:\n", "edges:\n  - split -> split\n"),
        (
            "a cycle of waiting",
            "pipeline",
            r"  split: core/TabularPreprocessing\n",
            "  split: {use: core/TabularPreprocessing, depends_on: [train]}\n",
        ),
        ("a step misspelt", "pipeline", r"core/Package", "core/Packages"),
        ("a workspace misspelt", "pipeline", r"risk/DelayCalibration", "risks/DelayCalibration"),
        ("a step asked of the wrong workspace", "pipeline", r"risk/DelayCalibration", "ingest/DelayCalibration"),
        ("a row without files", "pipeline", r"core/Package", "core/XGBoostTraining"),
        ("two outputs that fit alike", "pipeline", r"split\.testing_data -> evaluate\.eval_data", "split -> evaluate"),
        ("an input fed twice", "pipeline", r"^edges:\n", "edges:\n  - split.training_data -> evaluate.eval_data\n"),
        (
            "an output nobody takes",
            "pipeline",
            r"  - train -> package\n",
            "  - train -> package\n  - split.training_data -> package\n",
        ),
        ("an outside input that is none", "pipeline", r"      planes: s3", "      airplanes: s3"),
        ("an outside input is missing", "pipeline", r"      planes: s3.*?\n", ""),
        (
            "a port of an incompatible type",
            "pipeline",
            r"  - split -> train\n",
            "  - split.validation_data -> train.validation_data\n  - features -> train\n",
        ),
        ("a key misspelt", "pipeline", r"^steps:", "step:"),
        ("a key misspelt in a step", "pipeline", r"    use: ingest", "    uses: ingest"),
        ("a node twice", "pipeline", r"  split: (.*?)\n", r"  split: \1\n  split: \1\n"),
        ("no YAML", "pipeline", r"^edges:", "edges: ["),
        ("an edge that is none", "pipeline", r"features -> split", "features => split"),
        ("a name SageMaker refuses", "pipeline", r"^name: flight-delay", "name: flight_delay!"),
        (
            "waiting for no node",
            "pipeline",
            r"  split: core/TabularPreprocessing\n",
            "  split: {use: core/TabularPreprocessing, depends_on: [feature]}\n",
        ),
        ("a parameter of no type", "pipeline", r"type: String", "type: Text"),
        ("settings of no node", "pipeline", r"    carrier_report:\n", "    carriers_report:\n"),
    ],
)

#: The end of a builder's file, where the class it defines is still open.
_IN_BUILDER = r"\n*\Z"


def _method(text: str) -> Replacement:
    body = "".join(f"    {line}\n" if line else "\n" for line in text.split("\n"))
    return lambda _: f"\n\n{body}"


BUILDER_CONFIG = _rows(
    "builder-config",
    [
        ("the builder's class misnamed", "builder", r"^class (\w+)StepBuilder", r"class \1Stepbuilder"),
        ("the config's class misnamed", "config", r"^class (\w+)Config\(", r"class \1Settings("),
        ("a row with another config class", "overlay", r'"config_class": "(\w+)"', r'"config_class": "\1s"'),
        ("a row with another builder", "overlay", r'"builder_step_name": "(\w+)"', r'"builder_step_name": "\1s"'),
        (
            "a field read that is not declared",
            "builder",
            _IN_BUILDER,
            _method("def validate_configuration(self) -> None:\n    assert self.config.no_such_field"),
        ),
        ("a field read under an old name", "config", r"^    (repeats|slices): ", r"    \1_count: "),
        ("a field removed that the builder reads", "config", r"^    (prediction_budget|slices): .*?\n", ""),
        ("a field without effect", "config", r"(    framework: .*?\n)", r"\1    no_effect: int = 3" + "\n"),
        (
            "a field misnamed so that it has no effect",
            "config",
            r"^    (delay_minutes|seed|min_flights): ",
            r"    my_\1: ",
        ),
        (
            "no variable reaches the job",
            "builder",
            _IN_BUILDER,
            _method("def _get_environment_variables(self):\n    return {}"),
        ),
        (
            "a variable that is no text",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_environment_variables(self):\n    return {**super()._get_environment_variables(), "COUNT": object()}'
            ),
        ),
        (
            "a variable whose name is none",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_environment_variables(self):\n    return {**super()._get_environment_variables(), "NO SUCH": "1"}'
            ),
        ),
        (
            "an input is dropped",
            "builder",
            _IN_BUILDER,
            _method("def _get_inputs(self, inputs):\n    return super()._get_inputs(inputs)[1:]"),
        ),
        (
            "an input mounted elsewhere",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_inputs(self, inputs):\n    found = super()._get_inputs(inputs)\n    found[0]["S3Input"]["LocalPath"] += "/inner"\n    return found'
            ),
        ),
        (
            "an input renamed",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_inputs(self, inputs):\n    found = super()._get_inputs(inputs)\n    found[0]["InputName"] = "other"\n    return found'
            ),
        ),
        (
            "an input without a mode",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_inputs(self, inputs):\n    found = super()._get_inputs(inputs)\n    found[0]["S3Input"]["S3InputMode"] = "Files"\n    return found'
            ),
        ),
        (
            "an input too many",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_inputs(self, inputs):\n    found = super()._get_inputs(inputs)\n    more = {**found[0], "InputName": "more"}\n    return [*found, more]'
            ),
        ),
        ("an output is dropped", "builder", _IN_BUILDER, _method("def _get_outputs(self, outputs):\n    return []")),
        (
            "an output renamed",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_outputs(self, outputs):\n    found = super()._get_outputs(outputs)\n    found[0]["OutputName"] = "result"\n    return found'
            ),
        ),
        (
            "an output elsewhere",
            "builder",
            _IN_BUILDER,
            _method(
                'def _get_outputs(self, outputs):\n    found = super()._get_outputs(outputs)\n    found[0]["S3Output"]["LocalPath"] = "/opt/ml/processing/output/elsewhere"\n    return found'
            ),
        ),
        (
            "an argument the parser does not have",
            "builder",
            _IN_BUILDER,
            _method('def _get_job_arguments(self):\n    return ["--no-such", "1"]'),
        ),
        ("an argument of another type", "builder", r'"seed": self\.config\.seed', '"seed": "now"'),
        ("an argument misspelt", "builder", r'\{"repeats": ', '{"repeat": '),
        ("arguments that are no list", "builder", _IN_BUILDER, _method("def _get_job_arguments(self):\n    return 7")),
        (
            "a builder that raises",
            "builder",
            _IN_BUILDER,
            _method('def validate_configuration(self) -> None:\n    raise ValueError("never")'),
        ),
        (
            "a builder that raises late",
            "builder",
            _IN_BUILDER,
            _method("def create_step(self, *given, **more):\n    return 1 / 0"),
        ),
        (
            "a builder that ends its process",
            "builder",
            _IN_BUILDER,
            _method("def validate_configuration(self) -> None:\n    raise SystemExit(0)"),
        ),
        (
            "a builder that makes no step",
            "builder",
            _IN_BUILDER,
            _method("def create_step(self, *given, **more):\n    return None"),
        ),
        (
            "a builder that imports what is not there",
            "builder",
            r"^from cursus\.core\.base",
            "import no_such_package\nfrom cursus.core.base",
        ),
        (
            "a name imported that is not there",
            "builder",
            r"import StepBuilderBase",
            "import StepBuilderBase, NoSuchName",
        ),
        ("a builder of another base", "builder", r"\(StepBuilderBase\)", "(object)"),
        ("a config of another base", "config", r"\(ProcessingStepConfigBase\)", "(object)"),
        (
            "a config that imports what is not there",
            "config",
            r"^from pydantic import Field",
            "from pydantic import Fields",
        ),
        (
            "a default that the field refuses",
            "config",
            r"Field\(default=\d+, ge=(\d+)",
            r"Field(default=-1, validate_default=True, ge=\1",
        ),
        ("a default outside its bounds", "config", r"Field\(default=\d+, ge=(\d+)", r"Field(default=0, ge=\1"),
        ("a default that is too short", "config", r'Field\(default=\["carrier"\]', "Field(default=[]"),
        ("a default that is no number", "config", r"^(    seed: int = )\d+", r'\1"none"'),
        ("an instance type that does not exist", "manifest", r"^  instance_type: \S+", "  instance_type: ml.m5.huge"),
        ("no instance", "manifest", r"^  instance_count: 1", "  instance_count: 0"),
        ("no disk", "manifest", r"^  volume_size_gb: \d+", "  volume_size_gb: -1"),
        (
            "a framework version that does not exist",
            "manifest",
            r"^  framework_version: \S+",
            "  framework_version: 99.9-9",
        ),
        ("a framework that does not exist", "manifest", r"^  framework: \S+", "  framework: no-such"),
        (
            "a time limit past what SageMaker allows",
            "manifest",
            r"^  max_runtime_seconds: \d+",
            "  max_runtime_seconds: 999999999",
        ),
        ("a compute setting misspelt", "manifest", r"^  instance_count: ", "  instance_counts: "),
    ],
)

SEEDS: tuple[Seed, ...] = (*WORKSPACE, *SCRIPT_CONTRACT, *CONTRACT_SPEC, *SPEC_DEPENDENCIES, *BUILDER_CONFIG)
