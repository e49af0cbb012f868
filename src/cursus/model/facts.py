"""What reading one Python file tells about it, without running it."""

from __future__ import annotations

from dataclasses import dataclass

from cursus.model.parameter import MainParameter as MainParameter


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module.

    :param module: dotted name as written, without leading dots (``""`` for ``from . import x``).
    :param names: names of a ``from`` import; empty for a plain ``import``.
    :param level: number of leading dots.
    :param in_function: True when it stands inside a function.
    """

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    column: int
    in_function: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name bound at module level. ``kind`` is ``class``, ``function`` or ``constant``; ``bases`` as written."""

    name: str
    kind: str
    line: int
    column: int
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """One ``add_argument`` call. ``name`` is the destination with underscores; ``default`` is source text."""

    name: str
    flags: tuple[str, ...]
    line: int
    column: int
    type: str | None = None
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key read from one of ``main``'s parameters; ``required`` is False for ``.get`` and ``in``.

    For ``job_args`` the key is the attribute name.
    """

    parameter: MainParameter
    key: str
    line: int
    column: int
    required: bool = True


@dataclass(frozen=True, slots=True)
class EnvironmentRead:
    """An ``os.environ[...]``, ``os.environ.get(...)`` or ``os.getenv(...)`` with a literal name."""

    name: str
    line: int
    column: int
    required: bool


@dataclass(frozen=True, slots=True)
class PathLiteral:
    """A string literal that looks like a container path (starts with ``/opt/ml/``)."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MainFunction:
    """The module-level ``main``: its parameter names and place."""

    parameters: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MainCall:
    """A call of ``main`` that running the module makes, directly or through functions of the module.

    :param arguments: for each positional argument its name, or an empty text when it is no plain name.
    :param keywords: names of the keyword arguments.
    :param starred: whether ``*`` or ``**`` gives more of them.
    :param guarded: whether it stands under ``if __name__ == "__main__"``.
    :param used: whether something is done with the result.
    :param swallowed: line of a handler around it that hides every error; None without one.
    """

    line: int
    column: int
    arguments: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    starred: bool = False
    guarded: bool = False
    used: bool = False
    swallowed: int | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """A statement that ends the process; ``name`` as in ``sys.exit``."""

    line: int
    column: int
    name: str


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """Everything read off one Python file, in the order of the file.

    :param dynamic_keys: ``main`` parameters that are read with a key that is not known by reading, or passed on whole
        to a function outside this module; checks say so instead of guessing.
    :param open_parser: whether arguments are added by names that are not known by reading.
    :param calls: of ``main``, from outside of it.
    :param exits: in ``main`` and the functions of the module that it calls.
    :param failures: lines on which ``main`` returns a number other than 0.
    :param swallows: lines of handlers in ``main`` that hide every error in making the outputs.
    """

    imports: tuple[Import, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    main: MainFunction | None = None
    arguments: tuple[Argument, ...] = ()
    open_parser: bool = False
    keys: tuple[KeyUse, ...] = ()
    dynamic_keys: tuple[MainParameter, ...] = ()
    environment: tuple[EnvironmentRead, ...] = ()
    paths: tuple[PathLiteral, ...] = ()
    calls: tuple[MainCall, ...] = ()
    exits: tuple[Exit, ...] = ()
    failures: tuple[int, ...] = ()
    swallows: tuple[int, ...] = ()

    def symbol(self, name: str) -> Symbol | None:
        """The module-level name, or None."""
        return next((s for s in self.symbols if s.name == name), None)
