"""The JSON Schema of pipeline files, made from what the reader of pipeline files accepts.

It says what a schema can: names, keys, types. That an edge joins steps that are there, and that a value is not set
twice, only reading tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cursus.core.workspace.pipeline_file import EDGE, NAME, PARAMETER_TYPES, PIPELINE_NAME, STEP_KEYS, TOP_KEYS
from cursus.workspace.layout import JOBS

#: The dialect that every editor knows; in it, whatever stands beside a ``$ref`` says nothing.
DIALECT = "http://json-schema.org/draft-07/schema#"
_JSON_TYPES = {"String": "string", "Integer": "integer", "Float": "number", "Boolean": "boolean"}


def pipeline_schema() -> dict[str, Any]:
    """The schema, as JSON values."""
    top = _top()
    return {
        "$schema": DIALECT,
        "title": "Cursus pipeline file",
        "description": "A pipeline of steps of several workspaces: pipelines/<name>.yaml",
        **_object({key: top[key] for key in TOP_KEYS}, required=("name", "steps")),
        "definitions": {
            "reference": {
                "type": "string",
                "pattern": "^[^/]+/[^/]+$",
                "description": "<workspace>/<Step>; looked up in that workspace, then shared, then core",
            },
            "values": {"type": ["object", "null"], "description": "Config values by field"},
            "step": _step(),
            "parameter": {"oneOf": [_parameter(name) for name in PARAMETER_TYPES]},
        },
    }


def schema_text() -> str:
    """The schema as the text that is published."""
    return json.dumps(pipeline_schema(), indent=2, ensure_ascii=False) + "\n"


def _top() -> dict[str, Any]:
    steps = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"type": "string", "pattern": f"^{NAME.pattern}$", "maxLength": 64},
    }
    config = {"shared": {"$ref": "#/definitions/values"}, "specific": _named({"$ref": "#/definitions/values"})}
    return {
        "schema_version": {"const": 1},
        "name": {
            "type": "string",
            "pattern": f"^{PIPELINE_NAME.pattern}$",
            "maxLength": 256,
            "description": "The pipeline's name in SageMaker",
        },
        "description": {"type": ["string", "null"]},
        "parameters": _named({"$ref": "#/definitions/parameter"}, "Values given when an execution starts"),
        "steps": {**steps, "additionalProperties": {"$ref": "#/definitions/step"}, "description": "Node -> step"},
        "edges": {
            "type": ["array", "null"],
            "items": {"type": "string", "pattern": rf"^\s*{_plain(EDGE.pattern)}\s*$"},
            "description": "a -> b, or a.output -> b.input",
        },
        "config": {**_object(config), "type": ["object", "null"], "description": "Config values of all nodes, of one"},
    }


def _step() -> dict[str, Any]:
    outside = {"oneOf": [{"type": "string"}, _object({"Get": {"type": "string"}}, required=("Get",))]}
    keys = {
        "use": {"$ref": "#/definitions/reference"},
        "job_type": {"type": ["string", "null"], "examples": list(JOBS), "description": "Job variant of the step"},
        "config": {"$ref": "#/definitions/values"},
        "inputs": _named(outside, "Data from outside: logical name -> URI, or {Get: Parameters.<name>}"),
        "depends_on": {"type": "array", "items": {"type": "string"}, "description": "Nodes to wait for"},
    }
    return {"oneOf": [{"$ref": "#/definitions/reference"}, _object({k: keys[k] for k in STEP_KEYS}, required=("use",))]}


def _parameter(name: str) -> dict[str, Any]:
    kind = _JSON_TYPES[name]
    values = {"type": "array", "items": {"type": kind}, "description": "The only values it may have"}
    keys = {"type": {"const": name}, "default": {"type": [kind, "null"]}, "values": values}
    return _object(keys, required=("type",))


def _named(value: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"type": ["object", "null"], "additionalProperties": dict(value), **told}


def _object(keys: Mapping[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    shape = {"type": "object", "properties": dict(keys), "additionalProperties": False}
    return {**shape, "required": list(required)} if required else shape


def _plain(pattern: str) -> str:
    """A pattern of ours in the common language of regular expressions, which names groups differently."""
    import re

    return re.sub(r"\(\?P<\w+>", "(", pattern)
