"""TOML files of a workspace as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.workspace.errors import MalformedToml
from cursus.workspace.files import MAX_TOML, read_file

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(path: Path, *, boundary: Path | None = None, workspace: str | None = None) -> Mapping[str, Any]:
    """The values of a TOML file.

    :param boundary: folder the file must really lie in; its own folder when None.
    :raises MalformedToml: not TOML, or not UTF-8; with the line.
    :raises FileError: it cannot be read.
    """
    import tomllib

    data = read_file(path, boundary=boundary or path.parent, limit=MAX_TOML, workspace=workspace)
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _malformed(path, workspace, "it is not UTF-8", data.count(b"\n", 0, error.start) + 1) from None
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise _malformed(path, workspace, _PLACE.sub("", str(error)).strip(), line, column) from None
    except RecursionError:
        raise _malformed(path, workspace, "it is nested too deeply") from None


def _malformed(
    path: Path, workspace: str | None, why: str, line: int | None = None, column: int | None = None
) -> MalformedToml:
    return MalformedToml(
        f"{path.name} cannot be read as TOML: {why}.",
        hint=f"Correct {path.name}" + (f" line {line}" if line else ""),
        workspace=workspace,
        file=path,
        line=line,
        column=column,
    )
