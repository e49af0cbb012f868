# ruff: noqa: E501 - what is written is code itself, and is not broken
"""Sound steps written in ways that are rarer, and as legitimate; none may have a finding."""

from __future__ import annotations

from support.clean_steps import Step, body, start

_MAIN = "def main(input_paths, output_paths, environ_vars, job_args):\n"
_PATH = "from pathlib import Path\n\n\n"
_OS = "import os\n\n\n"


def _parsing(*lines: str, adds: str, before: str = "") -> str:
    """A script whose arguments are parsed by a helper that adds them with ``adds``."""
    return (
        "import argparse\nimport os\n\n\n"
        + before
        + _MAIN
        + "".join(f"    {line}\n" for line in lines)
        + '    print(input_paths["data"], open(output_paths["result"] + "/x", "w"))\n\n\n'
        + f"def parse():\n    parser = argparse.ArgumentParser()\n    {adds}\n    return parser.parse_args()\n"
        + start().replace("    import argparse\n    import os\n\n", "").replace("argparse.Namespace()", "parse()")
    )


UNUSUAL: dict[str, Step] = {
    "DataclassSettings": Step(
        body(
            'settings = Settings.of(environ_vars, Path(input_paths["data"]), Path(output_paths["result"]))',
            "settings.run()",
            before="from dataclasses import dataclass\nfrom pathlib import Path\n\n\n@dataclass(frozen=True)\nclass Settings:\n"
            "    label: str\n    source: Path\n    target: Path\n\n    @classmethod\n    def of(cls, environ_vars, source, target):\n"
            '        return cls(environ_vars["LABEL"], source, target)\n\n    def run(self):\n'
            "        (self.target / self.label).write_bytes((self.source / self.label).read_bytes())\n\n\n",
        ),
        required="LABEL",
    ),
    "DataclassOfNumbers": Step(
        body(
            'limits = Limits(int(environ_vars.get("LEAST", "1")), float(environ_vars.get("SHARE", "0.5")))',
            'print(limits, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="from dataclasses import dataclass\n\n\n@dataclass\nclass Limits:\n    least: int\n    share: float\n\n\n",
        ),
        optional={"LEAST": "1", "SHARE": "0.50"},
    ),
    "WordOrNumber": Step(
        body(
            'limit = environ_vars["LIMIT"]',
            'limit = None if limit == "all" else int(limit)',
            'depth = int(environ_vars["DEPTH"]) if environ_vars["DEPTH"] != "auto" else 3',
            'print(limit, depth, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
        ),
        optional={"LIMIT": "all", "DEPTH": "auto"},
    ),
    "JoblibModel": Step(
        body(
            'model = joblib.load(os.path.join(input_paths["data"], "model.joblib"))',
            'joblib.dump(model, os.path.join(output_paths["result"], "model.joblib"))',
            before="import os\n\nimport joblib\n\n\n",
        )
    ),
    "PickleInContext": Step(
        body(
            'with open(os.path.join(output_paths["result"], "model.pkl"), "wb") as file, open(input_paths["data"]) as source:',
            "    pickle.dump(source.read(), file)",
            before="import os\nimport pickle\n\n\n",
        )
    ),
    "Pandas": Step(
        body(
            'table = pd.concat(pd.read_csv(p) for p in Path(input_paths["data"]).glob("*.csv"))',
            'table.to_parquet(Path(output_paths["result"]) / "table.parquet", index=False)',
            before="from pathlib import Path\n\nimport pandas as pd\n\n\n",
        )
    ),
    "Polars": Step(
        body(
            'pl.scan_parquet(input_paths["data"] + "/*.parquet").sink_parquet(output_paths["result"] + "/table.parquet")',
            before="import polars as pl\n\n\n",
        )
    ),
    "Pyarrow": Step(
        body(
            'dataset = ds.dataset(input_paths["data"], format="parquet")',
            'ds.write_dataset(dataset, base_dir=output_paths["result"], format="parquet")',
            before="import pyarrow.dataset as ds\n\n\n",
        )
    ),
    "ModelFolderHandedOn": Step(
        body(
            'target = Path(output_paths["result"])',
            "target.mkdir(parents=True, exist_ok=True)",
            'save_model({"rows": len(os.listdir(input_paths["data"]))}, target)',
            before="import json\nimport os\nfrom pathlib import Path\n\n\ndef save_model(model, folder: Path, *, name='model.json'):\n"
            "    _write(folder / name, json.dumps(model))\n\n\ndef _write(path, text):\n    path.write_text(text)\n\n\n",
        )
    ),
    "FoldersOfAll": Step(
        body(
            "for folder in output_paths.values():",
            "    os.makedirs(folder, exist_ok=True)",
            'print(input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before=_OS,
        )
    ),
    "ComprehensionOverOutputs": Step(
        body(
            "targets = {name: Path(folder) / 'part.csv' for name, folder in output_paths.items()}",
            '[target.write_text(input_paths["data"]) for target in targets.values()]',
            before=_PATH,
            outputs="left right",
        ),
        outputs="left right",
    ),
    "GeneratorOfRows": Step(
        body(
            'with open(output_paths["result"] + "/rows.txt", "w") as file:',
            '    file.writelines(rows(Path(input_paths["data"])))',
            before="from pathlib import Path\n\n\ndef rows(folder):\n    if not folder.exists():\n        return\n"
            "    for path in sorted(folder.iterdir()):\n        yield path.read_text()\n\n\n",
        )
    ),
    "EmptyGenerator": Step(
        body(
            'open(output_paths["result"] + "/x", "w").writelines(nothing(input_paths["data"]))',
            before="def nothing(folder):\n    return\n    yield folder\n\n\n",
        )
    ),
    "ContextManager": Step(
        body(
            'with writer(output_paths["result"]) as write:',
            '    write(open(input_paths["data"] + "/x").read())',
            before="import contextlib\n\n\n@contextlib.contextmanager\ndef writer(folder):\n"
            '    with open(f"{folder}/x", "w") as file:\n        yield file.write\n\n\n',
        )
    ),
    "TemporaryFirst": Step(
        body(
            "with tempfile.TemporaryDirectory() as scratch:",
            '    shutil.copytree(input_paths["data"], scratch, dirs_exist_ok=True)',
            '    shutil.make_archive(os.path.join(output_paths["result"], "all"), "gztar", scratch)',
            before="import os\nimport shutil\nimport tempfile\n\n\n",
        )
    ),
    "SuppressedByName": Step(
        body(
            "with contextlib.suppress(FileNotFoundError):",
            '    os.remove(output_paths["result"] + "/old")',
            'shutil.copy(input_paths["data"] + "/x", output_paths["result"])',
            before="import contextlib\nimport os\nimport shutil\n\n\n",
        )
    ),
    "FinallyCloses": Step(
        body(
            'file = open(output_paths["result"] + "/x", "w")',
            "try:",
            '    file.write(open(input_paths["data"] + "/x").read())',
            "finally:",
            "    file.close()",
        )
    ),
    "FinallyLogs": Step(
        body('print(input_paths["data"], open(output_paths["result"] + "/x", "w"))', before="import logging\n\n\n")
        .replace("    main({", "    try:\n        main({")
        .rstrip("\n")
        + '\n    finally:\n        logging.info("done")\n'
    ),
    "HelperCollectsErrors": Step(
        body(
            'errors = [e for p in os.listdir(input_paths["data"]) if (e := convert(p, output_paths["result"]))]',
            "if errors:",
            "    raise RuntimeError(errors)",
            before="import os\n\n\ndef convert(name, folder):\n    try:\n        open(os.path.join(folder, name), 'w').close()\n"
            "    except Exception as error:\n        return error\n    return None\n\n\n",
        )
    ),
    "HelperRetries": Step(
        body(
            'write(output_paths["result"], input_paths["data"])',
            before="import time\n\n\ndef write(folder, source):\n    for attempt in range(3):\n        try:\n"
            "            return open(folder + '/x', 'w').write(source)\n        except Exception:\n            if attempt == 2:\n"
            "                raise\n            time.sleep(1)\n\n\n",
        )
    ),
    "EarlyReturnWhenDone": Step(
        body(
            'target = Path(output_paths["result"])',
            'if not any(Path(input_paths["data"]).iterdir()):',
            '    (target / "empty").touch()',
            "    return",
            '(target / "full").touch()',
            before=_PATH,
        )
    ),
    "RaisesForWhatIsNotThere": Step(
        body(
            'if not os.path.isdir(input_paths["data"]):',
            '    raise FileNotFoundError(input_paths["data"])',
            'print(open(output_paths["result"] + "/x", "w"))',
            before=_OS,
        )
    ),
    "DebugSwitch": Step(
        body(
            "if DEBUG:",
            '    print("debugging")',
            'print(input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="DEBUG = False\n\n\n",
        )
    ),
    "MatchOnFormat": Step(
        body(
            'for path in Path(input_paths["data"]).iterdir():',
            "    match path.suffix:",
            '        case ".csv" | ".tsv":',
            '            shutil.copy(path, output_paths["result"])',
            "        case other:",
            "            raise ValueError(other)",
            before="import shutil\nfrom pathlib import Path\n\n\n",
        )
    ),
    "Partial": Step(
        body(
            'save = partial(write, output_paths["result"])',
            'save(open(input_paths["data"] + "/x").read())',
            before="from functools import partial\n\n\ndef write(folder, text):\n    open(folder + '/x', 'w').write(text)\n\n\n",
        )
    ),
    "Lambda": Step(
        body(
            'place = lambda name: os.path.join(output_paths["result"], name)',
            'open(place("x"), "w").write(open(input_paths["data"] + "/x").read())',
            before=_OS,
        )
    ),
    "NamedTuplePorts": Step(
        body(
            'ports = Ports(input_paths["data"], output_paths["result"])',
            "print(ports.source, ports.target)",
            before="from typing import NamedTuple\n\n\nclass Ports(NamedTuple):\n    source: str\n    target: str\n\n\n",
        )
    ),
    "TwoOutputsInLoop": Step(
        body(
            'for name, text in {"left": "1", "right": "2"}.items():',
            '    open(f"{output_paths[name]}/{text}", "w").write(input_paths["data"])',
            outputs="left right",
        ),
        outputs="left right",
    ),
    "ChainedDefaults": Step(
        body(
            'mode = environ_vars.get("MODE") or environ_vars.get("OLD_MODE", "") or "fast"',
            'print(mode, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
        ),
        optional={"MODE": "", "OLD_MODE": "slow"},
    ),
    "JsonInEnvironment": Step(
        body(
            'fields = json.loads(environ_vars.get("FIELDS", "[]"))',
            'print(fields, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
            before="import json\n\n\n",
        ),
        optional={"FIELDS": "[]"},
    ),
    "BooleanInEnvironment": Step(
        body(
            'flag = environ_vars.get("FLAG", "False").lower() == "true"',
            'print(flag, input_paths["data"], open(output_paths["result"] + "/x", "w"))',
        ),
        optional={"FLAG": "false"},
    ),
    "OptionalFlag": Step(
        _parsing("print(job_args.quiet)", adds='parser.add_argument("--quiet", action="store_true")'),
        arguments={"quiet": None},
    ),
    "TextAsBoolean": Step(
        _parsing(
            "print(job_args.balanced)",
            adds='parser.add_argument("--balanced", type=truth, default=True)',
            before='def truth(text):\n    return text.lower() in ("1", "true", "yes")\n\n\n',
        ),
        arguments={"balanced": "False"},
    ),
    "ArgumentGroups": Step(
        _parsing(
            "print(job_args.rows, job_args.seed)",
            adds='group = parser.add_argument_group("data")\n    group.add_argument("-r", "--rows", type=int, default=5)\n'
            '    group.add_argument("--seed", dest="seed", type=int, default=0)',
        ),
        arguments={"rows": 5, "seed": 0},
    ),
    "ArgumentsOfATable": Step(
        _parsing(
            "print(job_args.rows)",
            adds='for name, kind in (("--rows", int), ("--seed", int)):\n        parser.add_argument(name, type=kind)',
        ),
        arguments={"rows": 5, "seed": 1},
    ),
    "ListOfValues": Step(
        _parsing("print(job_args.names)", adds='parser.add_argument("--names", nargs="+", default=["a"])'),
        arguments={"names": "a"},
    ),
    "ChannelsByHand": Step(
        "import argparse\nimport os\n\n\n"
        + _MAIN
        + '    print(input_paths["train"], open(output_paths["model"] + "/m", "w"))\n\n\n'
        'if __name__ == "__main__":\n    parser = argparse.ArgumentParser()\n'
        '    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train"))\n'
        '    parser.add_argument("--extra", default=os.environ.get("SM_CHANNEL_EXTRA"))\n'
        '    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))\n'
        "    arguments = parser.parse_args()\n"
        '    main({"train": arguments.train}, {"model": arguments.model_dir}, dict(os.environ), arguments)\n',
        inputs="train",
        outputs="model",
        training=True,
    ),
    "ParserOfAnotherModule": Step(
        _parsing(
            "print(job_args.rows)",
            adds='parser.add_argument("--rows")',
            before="from ..parsing import parse_rows\n\n\n",
        )
        .replace('def parse():\n    parser = argparse.ArgumentParser()\n    parser.add_argument("--rows")\n', "")
        .replace("    return parser.parse_args()\n", "")
        .replace("parse())", "parse_rows())"),
        arguments={"rows": 5},
        beside={"steps/parsing.py": "def parse_rows():\n    raise NotImplementedError\n"},
    ),
}
