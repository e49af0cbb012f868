"""Container images by framework, version and region, from a table that ships with the package.

The table is made by ``tools/make_image_table.py`` from AWS's public image lists; looking up never leaves the machine.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from cursus.errors import ConfigurationError, did_you_mean

_GRAVITON = re.compile(r"[a-z]+\d+g[a-z]*")


def image_uri(
    framework: str,
    version: str,
    region: str,
    py_version: str = "py3",
    instance_type: str = "ml.m5.large",
    scope: str = "training",
) -> str:
    """The URI of an AWS image.

    :param framework: ``sklearn``, ``xgboost``, ``pytorch`` or ``tensorflow``; AWS's own ``clarify``, ``model-monitor``.
    :param version: as in the image's tag, ``1.2-1``, or a short form such as ``2.1``; empty for an image without tag.
    :param region: name of an AWS region.
    :param py_version: ``py310``, or ``py3`` for the one Python 3 the image has.
    :param instance_type: decides between the CPU and the GPU image.
    :param scope: ``training`` (processing too) or ``inference``; of AWS's own ``processing`` and ``monitoring``.
    :raises ConfigurationError: for anything the table does not have, with what it has.
    """
    scopes = _pick(_table()["frameworks"], framework, "framework", "")
    table = _pick(scopes, scope, "image scope", f" for {framework}")
    full = table["aliases"].get(version, version)
    row = _pick(table["versions"], full, f"{framework} version", f" for {scope}")
    registry = _table()["registries"][row["registry"]]
    account = _pick(registry, region, "region", f" with an image of {framework} {version}")
    suffix = _table()["hostnames"].get(region, "amazonaws.com")
    parts = [
        full,
        _processor(row["processors"], instance_type, framework),
        _python(row["py_versions"], py_version, full),
    ]
    tag = "-".join(part for part in parts if part)
    return f"{account}.dkr.ecr.{region}.{suffix}/{row['repository']}{f':{tag}' if tag else ''}"


def frameworks() -> tuple[str, ...]:
    """The frameworks of the table."""
    return tuple(sorted(_table()["frameworks"]))


@functools.cache
def _table() -> Mapping[str, Any]:
    source = resources.files(__package__).joinpath("image_uris.json")
    table: Mapping[str, Any] = json.loads(source.read_text("utf-8"))
    return table


def _pick(table: Mapping[str, Any], key: str, what: str, where: str) -> Any:
    if key not in table:
        raise _unknown(key, what, where, table)
    return table[key]


def _unknown(key: str, what: str, where: str, known: Iterable[str]) -> ConfigurationError:
    known = list(known)
    return ConfigurationError(
        f"'{key}' is not a known {what}{where}.{did_you_mean(key, known)} Known: {', '.join(known)}.",
        hint="Set 'image_uri' to name an image outright.",
    )


def _processor(processors: list[str], instance_type: str, framework: str) -> str | None:
    """``cpu`` or ``gpu`` as the tag has it, None when the tag has neither."""
    family = instance_type.removeprefix("ml.").split(".")[0]
    if family.startswith(("inf", "trn")) or (_GRAVITON.fullmatch(family) and not family.startswith(("g", "p"))):
        raise ConfigurationError(
            f"The table has no {framework} image for the processor of instance type '{instance_type}'.",
            hint="Set 'image_uri' to name an image outright, or use another instance type.",
        )
    if not processors:
        return None
    processor = "gpu" if family.startswith(("g", "p")) else "cpu"
    if processor not in processors:
        raise ConfigurationError(
            f"There is no {processor} image of {framework} for instance type '{instance_type}'.",
            hint=f"Use an instance type with a {' or '.join(processors)} image, or set 'image_uri'.",
        )
    return processor


def _python(versions: list[str], asked: str, version: str) -> str | None:
    """The Python part of the tag, None when the tag has none."""
    if not versions or asked in versions:
        return asked if versions else None
    if asked == "py3" and len(versions) == 1:
        return versions[0]
    raise _unknown(asked, "py_version", f" of version {version}", versions)
