"""Make the module object and the code of a file, as the import system would."""

from __future__ import annotations

from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from cursus.workspace.loader.places import Place


def new_module(name: str, place: Place, package: str, loader: Loader, builtins: dict[str, Any]) -> ModuleType:
    """An empty module for a place.

    :param package: full name of the package the module is in; for a package itself its own name is used.
    :param builtins: what the module's code finds as builtins, with the workspace's own ``__import__``.
    """
    module = ModuleType(name)
    spec = ModuleSpec(name, loader, origin=None if place.file is None else str(place.file))
    module.__package__ = package
    if place.folder is not None:
        spec.submodule_search_locations = [str(place.folder)]
        module.__path__ = [str(place.folder)]
        module.__package__ = name
    if place.file is not None:
        spec.has_location = True
        module.__file__ = str(place.file)
    module.__spec__, module.__loader__ = spec, loader
    vars(module)["__builtins__"] = builtins
    return module


def compiled(content: bytes, file: Path) -> CodeType:
    """The code of a file.

    :raises SyntaxError: it is not Python; always with the file's name.
    """
    try:
        return compile(content, str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, SyntaxError) and error.filename:
            raise
        # Zero bytes, or nesting too deep for the parser: say which file it was.
        raise SyntaxError(str(error) or "too deeply nested", (str(file), 1, 1, None)) from error
