"""How a script uses what its contract declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from cursus.model.facts import Argument, KeyUse, MainParameter
from cursus.model.finding import Fix
from cursus.validation.analysis.rewriting import only_spelling, renamed_at
from cursus.validation.analysis.subject import StepSubject

#: Libraries that make a parser of functions or classes.
_PARSERS = frozenset(
    (
        "absl",
        "click",
        "defopt",
        "docopt",
        "fire",
        "hydra",
        "jsonargparse",
        "plac",
        "simple_parsing",
        "tap",
        "typer",
        "tyro",
    )
)
#: Actions of arguments that stand for themselves.
_FLAGS = ("store_true", "store_false", "store_const", "append_const", "count")
_FALSE = ("false", "no", "off", "0", "n", "f")
_TYPES: dict[str, Callable[[str], object]] = {"int": int, "float": float}


def uses(step: StepSubject, parameter: MainParameter) -> Iterator[KeyUse]:
    """The first use of every key of that parameter of ``main``, a required use before an optional one."""
    first: dict[str, KeyUse] = {}
    for use in step.script.facts.keys:
        if use.parameter is parameter:
            earlier = first.get(use.key)
            if earlier is None or (use.required and not earlier.required):
                first[use.key] = use
    yield from sorted(first.values(), key=lambda u: (u.line, u.column, u.key))


def respelt_key(step: StepSubject, parameter: MainParameter, key: str, declared: Collection[str]) -> Fix | None:
    """Every use of a key as the contract spells it, where case, hyphens and underscores are all that differs."""
    facts = step.script.facts
    lines = [use.line for use in facts.keys if use.parameter is parameter and use.key == key]
    if parameter is MainParameter.ENVIRONMENT:
        lines += [read.line for read in facts.environment if read.name == key]
    return renamed_at(step.script.path, step.workspace, key, only_spelling(key, declared), lines)


def is_dynamic(step: StepSubject, parameter: MainParameter) -> bool:
    """Whether keys of that parameter are used that reading does not tell."""
    return parameter in step.script.facts.dynamic_keys


def unused(step: StepSubject, parameter: MainParameter, declared: Iterator[str]) -> list[str]:
    """Names declared that the script never uses; none when it cannot be known."""
    if step.script.facts.main is None or is_dynamic(step, parameter):
        return []
    used = {use.key for use in uses(step, parameter)}
    return [name for name in declared if name not in used]


def parses_unseen(step: StepSubject) -> bool:
    """Whether a script accepts arguments that reading it does not tell: named by a variable, or by other code."""
    facts = step.script.facts
    if facts.open_parser or facts.arguments:
        return facts.open_parser
    imports = [i for i in facts.imports if i.module != "argparse"]
    libraries = _PARSERS.intersection(i.module.split(".")[0] for i in imports)
    helpers = [name for i in imports for name in i.names if "pars" in name.lower() or "_args" in name.lower()]
    return bool(libraries or helpers) and b"ArgumentParser(" not in step.files.of(step.script.path)


def argument(name: str) -> str:
    """An argument's name as Python sees it: hyphen and underscore are one."""
    return name.lstrip("-").replace("-", "_")


def refused(accepts: Argument, value: str) -> str | None:
    """Why a parser does not take that value for the argument, as the end of a sentence; None when it does."""
    if accepts.choices is not None and value not in accepts.choices:
        return f"not among the script's choices {', '.join(accepts.choices)}"
    if accepts.action in _FLAGS or (accepts.action or "").endswith("BooleanOptionalAction"):
        return "a value, which the script's flag does not take"
    if accepts.type == "bool" and value.lower() in _FALSE:
        return "true to the script's type bool, which every text but the empty one is"
    convert = _TYPES.get(accepts.type or "")
    if convert is None:
        return None
    try:
        convert(value)
    except ValueError:
        return f"not of the script's type {accepts.type}"
    return None
