"""The spellings of a step name: CamelCase, snake_case, declared aliases, job suffixes.

Everything here is exact: two spellings are one name by a rule written down in this module, or they are two names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cursus.errors import CursusError, did_you_mean
from cursus.model.workspace import fold
from cursus.workspace.layout import JOBS

#: Words of a name that stand for one another; the right-hand word is the one compared.
WORD_ALIASES = {"preprocess": "preprocessing", "eval": "evaluation", "xgb": "xgboost"}

#: CamelCase words that are one word in snake case.
_BRANDS = ("XGBoost", "PyTorch", "LightGBM", "TensorFlow", "SageMaker", "HuggingFace")
_WORDS = re.compile("|".join((*_BRANDS, r"[A-Z]+(?![a-z])", r"[A-Z]?[a-z]+", r"[0-9]+")))
_JOB_SUFFIX = re.compile(rf"(.+)_({'|'.join(JOBS)})", re.IGNORECASE)


class UnknownName(CursusError, ValueError):
    """A file or spec name that no rule turns into a step name."""

    code = "unknown-step"

    def __init__(self, name: str, known: Iterable[str], *, ambiguous: Iterable[str] = ()) -> None:
        known, several = sorted(known), sorted(ambiguous)
        if several:
            message = f"'{name}' may be any of {', '.join(several)}."
        else:
            message = f"'{name}' is not the name of a step.{did_you_mean(name, known)}"
        super().__init__(
            f"{message} Available steps: {', '.join(known)}.", hint="cursus workspace discover components", step=name
        )


def camel_case(snake: str) -> str:
    """``FlightFeatures`` for ``flight_features``."""
    return "".join(word[:1].upper() + word[1:] for word in snake.split("_"))


def words(name: str) -> tuple[str, ...]:
    """The words of a CamelCase or snake_case name, lower case: ``XGBoostModelEval`` is xgboost, model, eval."""
    if "_" in name or "-" in name or name.islower():
        return tuple(word for word in re.split(r"[_\-]+", name.lower()) if word)
    return tuple(word.lower() for word in _WORDS.findall(name))


def alias_key(name: str) -> str:
    """The key two names share when they differ only by declared aliases of their words."""
    return fold("_".join(WORD_ALIASES.get(word, word) for word in words(name)))


def split_job(name: str) -> tuple[str, str | None]:
    """A name without its job suffix, and the job: ``XGBoostTraining_Validation`` is XGBoostTraining, validation."""
    match = _JOB_SUFFIX.fullmatch(name)
    return (match.group(1), match.group(2).lower()) if match else (name, None)


def canonical_name(name: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``name`` spells: exactly, folded, by a declared alias, each also before a job suffix.

    :raises UnknownName: none of them, or several by alias.
    """
    known = tuple(known)
    if name in known:
        return name
    for spelling in dict.fromkeys((name, split_job(name)[0])):
        for key in (fold, alias_key):
            found = [candidate for candidate in known if key(candidate) == key(spelling)]
            if len(found) > 1:
                raise UnknownName(name, known, ambiguous=found)
            if found:
                return found[0]
    raise UnknownName(name, known)
