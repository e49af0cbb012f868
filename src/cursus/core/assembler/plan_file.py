"""Plans in their JSON form, read back from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cursus.errors import FileError
from cursus.model.finding import SCHEMA_VERSION
from cursus.workspace.files import read_file

MAX_PLAN = 256 * 1024 * 1024
_MAX_DEPTH = 100
_HINT = "Write one with: cursus compile PIPELINE --plan --format json > plan.json"
_TOP = {
    "name": str,
    "description": str,
    "parameters": list,
    "steps": list,
    "bindings": list,
    "external_inputs": list,
}
_ENTRIES: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "parameters": {"name": str, "type": str},
    "steps": {
        "name": str,
        "reference": str,
        "type": str,
        "job_type": (str, type(None)),
        "builder": (str, type(None)),
        "depends_on": list,
        "environment": dict,
        "arguments": dict,
        "hyperparameters": dict,
        "options": dict,
        "files": list,
        "code": (dict, type(None)),
        "request": dict,
    },
    "bindings": {"step": str, "input": str, "source": str, "output": str},
    "external_inputs": {"step": str, "input": str, "uri": (str, dict)},
}
_FILE = {"workspace": str, "name": str, "sha256": str}
_CODE = {"digest": str}


def read_plan(path: Path) -> dict[str, Any]:
    """The JSON form of a plan, as :meth:`~cursus.model.plan.PipelinePlan.to_json` wrote it.

    :raises FileError: the file cannot be read, is not JSON, or not a plan.
    """
    real = path.resolve()
    data = read_file(real, boundary=real.parent, limit=MAX_PLAN)
    try:
        plan = json.loads(data)
    except json.JSONDecodeError as error:
        raise FileError(
            f"{path.name} is not JSON: {error.msg}.", hint=_HINT, file=path, line=error.lineno, column=error.colno
        ) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise FileError(f"{path.name} is not JSON: {why}.", hint=_HINT, file=path) from error
    problem = _problem(plan)
    if problem is not None:
        raise FileError(f"{path.name} is not a plan: {problem}.", hint=_HINT, file=path)
    found: dict[str, Any] = plan
    return found


def _problem(plan: Any) -> str | None:
    if _is_deep(plan):
        return f"it is nested more than {_MAX_DEPTH} deep"
    if isinstance(plan, dict) and "Steps" in plan and "Version" in plan:
        return "it is a pipeline definition, which says nothing about files and configs"
    version = plan.get("schema_version", SCHEMA_VERSION) if isinstance(plan, dict) else None
    if version != SCHEMA_VERSION and isinstance(plan, dict):
        return f"its schema_version is {version!r}, and this version of Cursus reads {SCHEMA_VERSION}"
    problem = _misfit("", plan, _TOP)
    for key, members in _ENTRIES.items():
        for number, entry in enumerate(() if problem else plan[key]):
            problem = problem or _misfit(f"{key}[{number}]", entry, members)
    if problem is not None:
        return problem
    seen: set[str] = set()
    for step in plan["steps"]:
        if step["name"] in seen:
            return f"step '{step['name']}' is there twice"
        seen.add(step["name"])
    return _step_problem(plan["steps"])


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [v for item in level if isinstance(item, dict | list) for v in _members(item)]
    return bool(level)


def _members(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _step_problem(steps: list[dict[str, Any]]) -> str | None:
    for step in steps:
        where = f"step '{step['name']}'"
        for number, file in enumerate(step["files"]):
            problem = _misfit(f"{where}: files[{number}]", file, _FILE)
            if problem is not None:
                return problem
        if step["code"] is not None and (problem := _misfit(f"{where}: code", step["code"], _CODE)) is not None:
            return problem
    return None


def _misfit(where: str, value: Any, members: Mapping[str, type | tuple[type, ...]]) -> str | None:
    """What is wrong with a mapping that must have ``members``, or None."""
    at = f"{where}: " if where else ""
    if not isinstance(value, dict):
        return f"{at}an object is expected"
    for key, kind in members.items():
        if key not in value:
            return f"{at}'{key}' is missing"
        if not isinstance(value[key], kind):
            return f"{at}'{key}' has the wrong type"
    return None
