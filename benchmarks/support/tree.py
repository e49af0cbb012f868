"""A workspace root of any size, the same for the same numbers: real steps, each of five Python files that agree."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from string import Template

_COLUMNS = ("amount", "balance", "carrier", "clicks", "country", "delay", "distance", "gate", "income", "visits")
_NOUNS = ("account", "basket", "claim", "flight", "invoice", "parcel", "session", "ticket", "transfer", "visit")
_VERBS = ("clean", "encode", "enrich", "filter", "join", "rank", "sample", "score", "split", "weight")

_CONTRACT = Template('''\
"""What ``$step.py`` reads and writes."""

from __future__ import annotations

from cursus.core.base import ScriptContract

${upper}_CONTRACT = ScriptContract(
    entry_point="$step.py",
    expected_input_paths={"$source": "/opt/ml/processing/input/$source"},
    expected_output_paths={
        "$target": "/opt/ml/processing/output/$target",
        "report": "/opt/ml/processing/output/report",
    },
    required_env_vars=[],
    optional_env_vars={"LABEL_FIELD": "$label", "MIN_ROWS": "$rows"},
    expected_arguments={"seed": "$seed", "share": "0.$share"},
    framework_requirements={"pandas": ">=1.5"},
    description="Makes $target from $source.",
)
''')

_SPEC = Template('''\
"""The ports of $camel."""

from __future__ import annotations

from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

from ..contracts.${step}_contract import ${upper}_CONTRACT

${upper}_SPEC = StepSpecification(
    step_type="$camel",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(
            logical_name="$source",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            required=False,
            compatible_sources=["$before"],
            semantic_keywords=["$noun", "data"],
            description="Rows of the step before",
        ),
    ],
    outputs=[
        OutputSpec(
            logical_name="$target",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['$target'].S3Output.S3Uri",
            description="The rows that are kept",
        ),
        OutputSpec(
            logical_name="report",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri",
            description="Counts as JSON",
        ),
    ],
    script_contract=${upper}_CONTRACT,
)
''')

_CONFIG = Template('''\
"""Settings of $camel."""

from __future__ import annotations

from pydantic import Field

from cursus.core.base import ProcessingStepConfigBase, ScriptContract

from ..contracts.${step}_contract import ${upper}_CONTRACT


class ${camel}Config(ProcessingStepConfigBase):
    """What $camel needs to know.

    :param label_field: the column with the label.
    :param min_rows: fewest rows that are worth the work.
    """

    framework: str | None = "sklearn"
    processing_framework_version: str = "1.4-2"
    label_field: str = "$label"
    min_rows: int = Field(default=$rows, ge=1)
    seed: int = $seed
    share: float = Field(default=0.$share, gt=0, le=1)

    def get_script_contract(self) -> ScriptContract:
        """The contract of ``$step.py``."""
        return ${upper}_CONTRACT
''')

_BUILDER = Template('''\
"""Builds the processing job of $camel."""

from __future__ import annotations

from cursus.core.base import StepBuilderBase
from cursus.errors import ConfigurationError

from ..configs.config_${step}_step import ${camel}Config


class ${camel}StepBuilder(StepBuilderBase):
    """Passes the share and the seed on to the script."""

    config: ${camel}Config

    def validate_configuration(self) -> None:
        """Refuse a share that keeps nothing."""
        super().validate_configuration()
        if self.config.share * self.config.min_rows < 1:
            raise ConfigurationError(
                f"share {self.config.share} of {self.config.min_rows} rows keeps none.",
                hint="Raise share or min_rows.",
            )

    def _get_job_arguments(self) -> list[str]:
        """The arguments of the script."""
        arguments = {"seed": self.config.seed, "share": self.config.share}
        return [part for name, value in arguments.items() for part in (f"--{name}", str(value))]
''')

_SCRIPT = Template('''\
"""Makes $target from $source."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import pandas as pd

INPUTS = {"$source": "/opt/ml/processing/input/$source"}
OUTPUTS = {"$target": "/opt/ml/processing/output/$target", "report": "/opt/ml/processing/output/report"}


def read_table(folder: str) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    return pd.concat([pd.read_csv(file) for file in files], ignore_index=True)


$helpers
def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    label = environ_vars.get("LABEL_FIELD", "$label")
    fewest = int(environ_vars.get("MIN_ROWS", "$rows"))
    table = read_table(input_paths["$source"])
    if label not in table:
        raise ValueError(f"there is no column {label!r}; there are {', '.join(table)}")
    kept = table.sample(frac=float(job_args.share), random_state=int(job_args.seed))
$calls
    if len(kept) < fewest:
        raise ValueError(f"{len(kept)} rows are left, at least {fewest} are needed")
    target = Path(output_paths["$target"])
    target.mkdir(parents=True, exist_ok=True)
    kept.to_csv(target / "data.csv", index=False)
    report = {"rows": len(table), "kept": len(kept), "base_rate": float(kept[label].mean())}
    place = Path(output_paths["report"])
    place.mkdir(parents=True, exist_ok=True)
    (place / "report.json").write_text(json.dumps(report, indent=2) + "\\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=$seed)
    parser.add_argument("--share", type=float, default=0.$share)
    main(INPUTS, OUTPUTS, dict(os.environ), parser.parse_args())
''')

_HELPERS = (
    Template('''\
def $name(frame: pd.DataFrame, low: float = $low, high: float = $high) -> pd.DataFrame:
    """The rows whose $column lies between two quantiles; rows without one are dropped."""
    if "$column" not in frame:
        return frame
    known = frame[frame["$column"].notna()]
    bounds = known["$column"].quantile([low, high])
    return known[known["$column"].between(bounds.iloc[0], bounds.iloc[1])].reset_index(drop=True)
'''),
    Template('''\
def $name(frame: pd.DataFrame, most: int = $rows) -> pd.DataFrame:
    """``frame`` with rare values of $column counted as one, so that a model does not learn them by heart."""
    if "$column" not in frame or frame["$column"].nunique() <= 2:
        return frame
    counts = frame["$column"].astype(str).value_counts()
    frequent = {value for value, count in counts.items() if count >= most}
    values = [value if value in frequent else "other" for value in frame["$column"].astype(str)]
    return frame.assign(**{"$column": values})
'''),
    Template('''\
def $name(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with the month and the day of the week of its ``$column`` date."""
    if "$column" not in frame:
        return frame
    when = pd.to_datetime(frame["$column"], errors="coerce")
    parts = {"month": when.dt.month, "weekday": when.dt.weekday}
    for part, values in parts.items():
        frame = frame.assign(**{f"${column}_{part}": values.fillna(-1).astype(int)})
    return frame.drop(columns=["$column"]) if when.isna().mean() < 0.$share else frame
'''),
)


def write_tree(root: Path, workspaces: int, steps: int) -> int:
    """Write ``workspaces`` developer workspaces of ``steps`` steps each below ``root``; the number of step files."""
    count = 0
    for number in range(workspaces):
        folder = root / "developers" / f"team-{number:04d}"
        package = folder / "src" / "cursus_dev"
        for path in ("builders", "configs", "contracts", "scripts", "specs"):
            (package / "steps" / path).mkdir(parents=True)
        for path in (folder / "src", package, package / "steps", *(package / "steps").iterdir()):
            (path / "__init__.py").write_text("", encoding="utf-8")
        (folder / "workspace.toml").write_text(f'owner = "team-{number:04d}@example.com"\n', encoding="utf-8")
        for path, text in _files(number, steps):
            (package / "steps" / path).write_text(text, encoding="utf-8")
            count += 1
    return count


def age(root: Path, seconds: int = 86_400) -> None:
    """Set the modification times below ``root`` into the past; change times cannot be, so wait as well."""
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118 - a hundred thousand times
            when = os.stat(path).st_mtime - seconds  # noqa: PTH116
            os.utime(path, (when, when))


def _files(workspace: int, steps: int) -> Iterator[tuple[str, str]]:
    before = "TabularPreprocessing"
    for step in range(steps):
        chance = random.Random(f"{workspace}/{step}")
        verb, noun = chance.choice(_VERBS), chance.choice(_NOUNS)
        name = f"{verb}_{noun}_{step:03d}"
        values = {
            "step": name,
            "camel": "".join(part.capitalize() for part in name.split("_")),
            "upper": name.upper(),
            "noun": noun,
            "source": f"{noun}_rows",
            "target": f"{verb}_rows",
            "before": before,
            "label": chance.choice(_COLUMNS),
            "rows": str(chance.randint(10, 5000)),
            "seed": str(chance.randint(1, 9999)),
            "share": str(chance.randint(1, 9)),
        }
        before = values["camel"]
        yield f"contracts/{name}_contract.py", _CONTRACT.substitute(values)
        yield f"specs/{name}_spec.py", _SPEC.substitute(values)
        yield f"configs/config_{name}_step.py", _CONFIG.substitute(values)
        yield f"builders/builder_{name}_step.py", _BUILDER.substitute(values)
        yield f"scripts/{name}.py", _SCRIPT.substitute(values, **_helpers(chance))


def _helpers(chance: random.Random) -> dict[str, str]:
    written: list[str] = []
    calls: list[str] = []
    for number in range(chance.randint(2, 14)):
        name = f"{chance.choice(_VERBS)}_rows_{number}"
        helper = chance.choice(_HELPERS)
        low = chance.randint(1, 40)
        values = {"low": f"0.{low:02d}", "high": f"0.{low + 50}", "share": chance.randint(1, 9)}
        values |= {"rows": chance.randint(5, 500), "column": chance.choice(_COLUMNS)}
        written.append(helper.safe_substitute(values, name=name) + "\n")
        calls.append(f"    kept = {name}(kept)")
    return {"helpers": "\n".join(written), "calls": "\n".join(calls)}
