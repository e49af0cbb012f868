"""The directory layout: the only module that knows folder and file names.

::

    <root>/developers/<id>/src/cursus_dev/steps/{builders,configs,contracts,specs,scripts,interfaces}/
    <root>/shared/            the same subtree
    <root>/pipelines/         pipelines of the whole team
    <root>/.cursus/           cache and runs, always safe to delete
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import cursus
from cursus.model.workspace import CORE_ID, SHARED_ID, SINGLE_ID, Component, ComponentKind, Layer, Workspace

PACKAGE = "cursus_dev"
CORE_PACKAGE = "cursus.steps"
DEVELOPERS = "developers"
SHARED = "shared"
SOURCE = "src"
STEPS = "steps"
REGISTRY = "registry"
PIPELINES = "pipelines"
CACHE = ".cursus"
JOBS = ("training", "validation", "testing", "calibration")
PIPELINE_SUFFIXES = (".yaml", ".yml", ".json")
PYTHON_SUFFIX = ".py"
MANIFEST_SUFFIX = ".step.yaml"

KIND_FOLDERS = {
    ComponentKind.BUILDER: "builders",
    ComponentKind.CONFIG: "configs",
    ComponentKind.CONTRACT: "contracts",
    ComponentKind.SPEC: "specs",
    ComponentKind.SCRIPT: "scripts",
    ComponentKind.INTERFACE: "interfaces",
}

_STEP = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_JOB = "|".join(JOBS)
_NAMES = {
    ComponentKind.BUILDER: re.compile(rf"builder_({_STEP})_step\.py"),
    ComponentKind.CONFIG: re.compile(rf"config_({_STEP})_step\.py"),
    ComponentKind.CONTRACT: re.compile(rf"({_STEP})_contract\.py"),
    ComponentKind.SPEC: re.compile(rf"({_STEP})_spec\.py"),
    ComponentKind.SCRIPT: re.compile(rf"({_STEP})\.py"),
    ComponentKind.INTERFACE: re.compile(rf"({_STEP})\.step\.yaml"),
}
_WITH_JOB = re.compile(rf"({_STEP})_({_JOB})")
_PATTERNS = {
    ComponentKind.BUILDER: "builder_<step>_step.py",
    ComponentKind.CONFIG: "config_<step>_step.py",
    ComponentKind.CONTRACT: "<step>_contract.py",
    ComponentKind.SPEC: "<step>_spec.py or <step>_<job>_spec.py",
    ComponentKind.SCRIPT: "<step>.py",
    ComponentKind.INTERFACE: "<step>.step.yaml",
}


def core_workspace() -> Workspace:
    """The workspace of the bundled steps, located without importing any of them."""
    steps = _package_dir() / STEPS
    return Workspace(CORE_ID, Layer.CORE, steps, steps)


def developer_workspace(root: Path, workspace_id: str) -> Workspace:
    """The workspace of a developer; whether it exists is not asked."""
    folder = root / DEVELOPERS / workspace_id
    return Workspace(workspace_id, Layer.DEVELOPER, folder, folder / SOURCE / PACKAGE / STEPS)


def shared_workspace(root: Path) -> Workspace:
    """The workspace every developer falls back to."""
    folder = root / SHARED
    return Workspace(SHARED_ID, Layer.SHARED, folder, folder / SOURCE / PACKAGE / STEPS)


def single_workspace(root: Path) -> Workspace:
    """The root itself as the one workspace."""
    return Workspace(SINGLE_ID, Layer.DEVELOPER, root, root / SOURCE / PACKAGE / STEPS)


def developers_dir(root: Path) -> Path:
    """The folder that holds one folder for each developer."""
    return root / DEVELOPERS


@lru_cache(maxsize=4096)
def kind_dir(workspace: Workspace, kind: ComponentKind) -> Path:
    """The folder of one kind of component."""
    return workspace.steps_dir / KIND_FOLDERS[kind]


def file_name(kind: ComponentKind, step: str, job: str | None = None) -> str:
    """The file name of a component of ``step`` (snake case); ``job`` applies to specs only."""
    if kind is ComponentKind.SPEC:
        return f"{step}_{job}_spec.py" if job else f"{step}_spec.py"
    return _PATTERNS[kind].replace("<step>", step)


def naming_pattern(kind: ComponentKind) -> str:
    """How files of this kind are called, for people."""
    return _PATTERNS[kind]


def file_name_pattern(kind: ComponentKind) -> re.Pattern[str]:
    """What files of this kind are called; the first group is the snake-case step name, job suffix included."""
    return _NAMES[kind]


def step_of_file_name(kind: ComponentKind, name: str) -> str | None:
    """The snake-case step name in a file name, job suffix included; None when the name does not follow the naming."""
    match = _NAMES[kind].fullmatch(name)
    return match.group(1) if match else None


def split_job(step: str) -> tuple[str, str] | None:
    """``("tabular_preprocessing", "training")`` for a name that ends in a job, else None."""
    match = _WITH_JOB.fullmatch(step)
    return (match.group(1), match.group(2)) if match else None


def is_job_variant(step: str, steps: frozenset[str] | set[str]) -> bool:
    """Whether the spec name ``step`` (``<x>_<job>``) is a job variant of ``<x>``.

    It is not when another file of the same workspace carries the whole name, as for ``xgboost_training``, which is
    a step of its own.

    :param steps: step names of the workspace's other files (not of its specs).
    """
    return split_job(step) is not None and step not in steps


def source_dirs(workspace: Workspace) -> tuple[Path, Path]:
    """The folders between a workspace's own and its steps'."""
    package = workspace.steps_dir.parent
    return package, package.parent


def component_of(workspace: Workspace, path: Path) -> Component | None:
    """The component a file is, from its folder and name; None when it does not follow the naming.

    For a spec whose name ends in a job the neighbouring files are looked for, see :func:`is_job_variant`.
    """
    kind = next((k for k in ComponentKind if kind_dir(workspace, k) == path.parent), None)
    if kind is None:
        return None
    step = step_of_file_name(kind, path.name)
    if step is None:
        return None
    if kind is ComponentKind.SPEC and (split := split_job(step)):
        others = [k for k in ComponentKind if k is not ComponentKind.SPEC]
        taken = {step for k in others if (kind_dir(workspace, k) / file_name(k, step)).exists()}
        if is_job_variant(step, taken):
            return Component(workspace.id, split[0], kind, split[1], path)
    return Component(workspace.id, step, kind, None, path)


@lru_cache(maxsize=4096)
def source_root(workspace: Workspace) -> Path:
    """The folder a workspace's absolute imports start from: ``src``, for the core the folder that holds ``cursus``."""
    if workspace.layer is Layer.CORE:
        return _package_dir().parent
    return workspace.root / SOURCE


@lru_cache(maxsize=4096)
def package_dir(workspace: Workspace) -> Path:
    """The folder of the workspace's ``cursus_dev`` package; for the core, of ``cursus.steps``."""
    if workspace.layer is Layer.CORE:
        return workspace.steps_dir
    return workspace.root / SOURCE / PACKAGE


def module_name(workspace: Workspace, path: Path) -> str | None:
    """The dotted name under which a workspace imports its own file, or None when it lies outside the source root."""
    inside, source = str(path), f"{source_root(workspace)}/"
    if not inside.startswith(source):
        return None
    parts = inside[len(source) :].removesuffix(PYTHON_SUFFIX).split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def overlay_path(workspace: Workspace) -> Path:
    """The file with the workspace's registry rows."""
    return package_dir(workspace) / REGISTRY / "workspace_registry.py"


def data_manifest_path(workspace: Workspace) -> Path:
    """The file that describes the workspace's local test data."""
    return workspace.root / "data" / "data_manifest.yaml"


def reports_dir(workspace: Workspace) -> Path:
    """Where validation reports of the workspace are kept."""
    return workspace.root / "validation_reports"


def tests_dir(workspace: Workspace) -> Path:
    """The workspace's own tests."""
    return workspace.root / "tests"


def workspace_toml(workspace: Workspace) -> Path:
    """Owner, description and visibility of the workspace."""
    return workspace.root / "workspace.toml"


def cache_dir(root: Path) -> Path:
    """What can always be deleted: the index and the runs."""
    return root / CACHE


def index_path(root: Path) -> Path:
    """The index's database."""
    return cache_dir(root) / "index.sqlite"


def runs_dir(root: Path) -> Path:
    """One folder for each run of a pipeline or script."""
    return cache_dir(root) / "runs"


def removed_dir(root: Path) -> Path:
    """Backups of workspaces that were removed."""
    return cache_dir(root) / "removed"


def team_pipelines_dir(root: Path) -> Path:
    """Pipelines that belong to no single workspace."""
    return root / PIPELINES


def pipelines_dir(workspace: Workspace) -> Path:
    """Pipelines of one workspace."""
    return workspace.root / PIPELINES


def pipelines_dirs(root: Path, workspaces: tuple[Workspace, ...] = ()) -> tuple[tuple[str | None, Path], ...]:
    """``(workspace id or None for the team, folder)`` of every place pipelines stand in, the team's first."""
    own = [(w.id, pipelines_dir(w)) for w in workspaces if w.layer is not Layer.CORE and w.root != root]
    return ((None, team_pipelines_dir(root)), *own)


def config_files(root: Path) -> tuple[Path, ...]:
    """The files a root's settings may stand in, first found wins."""
    names = (
        "cursus.toml",
        "workspace.json",
        "workspace.yaml",
        "workspace.yml",
        ".workspace.json",
        ".workspace.yaml",
        "pyproject.toml",
    )
    return tuple(root / name for name in names)


def _package_dir() -> Path:
    return Path(cursus.__file__).parent
