"""The text of the files a new workspace starts with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cursus.model.workspace import ComponentKind, Workspace
from cursus.workspace import layout

TEMPLATES = ("minimal", "training", "data")

_ABOUT = """\
# About this workspace; every key may be left out.
owner = {owner}
description = {description}
created = {created}
"""

_OVERLAY = '''\
"""Registry rows of this workspace. The file is read, never run: keep to literals.

A row: {"config_class": …, "builder_step_name": …, "spec_type": …, "sagemaker_step_type": …, "description": …}
"""

# Steps only this workspace has. A step with a .step.yaml needs no row here.
WORKSPACE_STEPS = {}

# Steps that replace a core or shared step of the same name on purpose.
STEP_OVERRIDES = {}

WORKSPACE_METADATA = {"developer_id": "%s"}
'''

_DATA = """\
# Local data for test runs: for each script, where the data of its inputs lies, as seen from this folder.
#
# scripts:
#   my_script:
#     my_input:
#       path: my_input
#       format: csv
#       description: What it is
version: "1.0"
description: Local test data of {id}
"""

_IGNORED = """\
__pycache__/
/validation_reports/
"""

_DATA_STEP = """\
schema_version: 1
step: CleanTable
description: Drops rows that lack a value in a required column.
sagemaker_step_type: Processing
inputs:
  table:
    path: /opt/ml/processing/input/table
    keywords: [table, data]
outputs:
  clean_table:
    path: /opt/ml/processing/output/clean_table
    aliases: [processed_data]
environment:
  required: [REQUIRED_FIELDS]
compute: {instance_type: ml.m5.large, framework: sklearn, framework_version: 1.2-1}
config: {required_fields: "id,amount"}
"""

_DATA_SCRIPT = '''\
"""Drops rows that lack a value in a required column."""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    """Read every CSV file of ``table``, write the complete rows to ``clean_table``."""
    required = [name.strip() for name in environ_vars["REQUIRED_FIELDS"].split(",")]
    target = Path(output_paths["clean_table"])
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted(Path(input_paths["table"]).glob("*.csv")):
        with source.open(newline="") as rows, (target / source.name).open("w", newline="") as kept:
            reader = csv.DictReader(rows)
            writer = csv.DictWriter(kept, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(row for row in reader if all(row.get(name) for name in required))


if __name__ == "__main__":
    main(
        {"table": "/opt/ml/processing/input/table"},
        {"clean_table": "/opt/ml/processing/output/clean_table"},
        {"REQUIRED_FIELDS": os.environ["REQUIRED_FIELDS"]},
        argparse.ArgumentParser().parse_args(),
    )
'''

_TRAINING_STEP = """\
schema_version: 1
step: BaselineTraining
description: Fits the mean of the label, the baseline any model has to beat.
sagemaker_step_type: Training
inputs:
  training_data:
    path: /opt/ml/input/data/training_data
    type: training_data
    keywords: [training, data]
outputs:
  model:
    path: /opt/ml/model
    type: model_artifacts
environment:
  required: [LABEL_FIELD]
compute: {instance_type: ml.m5.large, framework: sklearn, framework_version: 1.2-1}
config: {label_field: label}
"""

_TRAINING_SCRIPT = '''\
"""Fits the mean of the label, the baseline any model has to beat."""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    """Read every CSV file of ``training_data``, write ``model.json`` to ``model``."""
    label = environ_vars["LABEL_FIELD"]
    values: list[float] = []
    for source in sorted(Path(input_paths["training_data"]).glob("*.csv")):
        with source.open(newline="") as rows:
            values += [float(row[label]) for row in csv.DictReader(rows)]
    if not values:
        raise ValueError("training_data has no rows")
    target = Path(output_paths["model"])
    target.mkdir(parents=True, exist_ok=True)
    model = {"kind": "mean", "label": label, "value": sum(values) / len(values), "rows": len(values)}
    (target / "model.json").write_text(json.dumps(model, indent=2) + "\\n")


if __name__ == "__main__":
    main(
        {"training_data": "/opt/ml/input/data/training_data"},
        {"model": "/opt/ml/model"},
        {"LABEL_FIELD": os.environ["LABEL_FIELD"]},
        argparse.ArgumentParser().parse_args(),
    )
'''

_SAMPLE_ENTRY = """\
scripts:
  {script}:
    {input}:
      path: {input}
      format: csv
      description: A few rows to try the step on
"""

#: template -> (file name of the step, manifest, script, its input, sample rows)
_STEPS = {
    "data": ("clean_table", _DATA_STEP, _DATA_SCRIPT, "table", "id,amount\n1,2.5\n2,\n3,4.0\n"),
    "training": (
        "baseline_training",
        _TRAINING_STEP,
        _TRAINING_SCRIPT,
        "training_data",
        "x,label\n0.1,0\n0.4,1\n0.9,1\n",
    ),
}


def about(owner: str, description: str, created: date) -> str:
    """The text of ``workspace.toml``."""
    return _ABOUT.format(owner=quoted(owner), description=quoted(description), created=created.isoformat())


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{escaped}"'


def structure(workspace: Workspace) -> dict[str, str]:
    """The files without which a workspace is not complete, by place below its folder."""
    package = layout.package_dir(workspace)
    kinds = [layout.kind_dir(workspace, kind) for kind in ComponentKind]
    overlay = layout.overlay_path(workspace)
    packages = [package.parent, package, overlay.parent, workspace.steps_dir, *kinds]
    files = {folder / "__init__.py": "" for folder in packages}
    files[overlay] = _OVERLAY % workspace.id
    files[layout.data_manifest_path(workspace)] = _DATA.format(id=workspace.id) + "scripts: {}\n"
    files[workspace.root / ".gitignore"] = _IGNORED
    return {path.relative_to(workspace.root).as_posix(): text for path, text in files.items()}


def folders(workspace: Workspace) -> tuple[str, ...]:
    """Folders that start empty, by place below the workspace's folder."""
    empty = (layout.pipelines_dir(workspace), layout.tests_dir(workspace), layout.reports_dir(workspace))
    return tuple(path.relative_to(workspace.root).as_posix() for path in empty)


def steps(workspace: Workspace, template: str) -> Mapping[str, str]:
    """The step a template brings, with data to try it on; nothing for ``minimal``."""
    if template not in _STEPS:
        return {}
    name, manifest, script, port, rows = _STEPS[template]
    data = layout.data_manifest_path(workspace)
    entry = _SAMPLE_ENTRY.format(script=name, input=port)
    files = {
        layout.kind_dir(workspace, ComponentKind.INTERFACE) / layout.file_name(ComponentKind.INTERFACE, name): manifest,
        layout.kind_dir(workspace, ComponentKind.SCRIPT) / layout.file_name(ComponentKind.SCRIPT, name): script,
        data: _DATA.format(id=workspace.id) + entry,
        data.parent / port / "sample.csv": rows,
    }
    return {path.relative_to(workspace.root).as_posix(): text for path, text in files.items()}
