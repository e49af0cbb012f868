"""How alike two port names are. Explains and breaks ties; decides nothing alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

#: Words of port names that mean the same; the right-hand one is compared.
SYNONYMS = {
    "dataset": "data",
    "artifact": "artifacts",
    "config": "configuration",
    "eval": "evaluation",
    "hyperparameter": "hyperparameters",
    "metric": "metrics",
    "param": "parameters",
    "parameter": "parameters",
    "params": "parameters",
    "predictions": "prediction",
    "preprocessed": "processed",
    "train": "training",
    "test": "testing",
    "val": "validation",
}

TOKEN_WEIGHT = 0.6
LETTER_WEIGHT = 0.4


class SemanticMatcher:
    """Similarity of port names from 0 to 1, by their words and by their letters; 1 only for the same words."""

    def calculate_similarity(self, name1: str, name2: str) -> float:
        """How alike two names are; symmetric."""
        first, second = sorted((name1, name2))
        return _similarity(first, second)

    def calculate_similarity_with_aliases(self, name: str, names: Iterable[str]) -> float:
        """The best similarity of ``name`` to any of ``names`` (an output's logical name and aliases); 0 for none."""
        return max((self.calculate_similarity(name, other) for other in names), default=0.0)

    def find_best_matches(
        self, name: str, candidates: Iterable[str], threshold: float = 0.5
    ) -> list[tuple[str, float]]:
        """The candidates at least ``threshold`` alike, best first, equals by name."""
        scored = [(candidate, self.calculate_similarity(name, candidate)) for candidate in set(candidates)]
        return sorted(((c, s) for c, s in scored if s >= threshold), key=lambda pair: (-pair[1], pair[0]))

    def explain_similarity(self, name1: str, name2: str) -> dict[str, float | list[str]]:
        """The parts of a similarity: common words, word and letter similarity, overall."""
        first, second = sorted((name1, name2))
        common = sorted(set(tokens(first)) & set(tokens(second)))
        return {
            "overall": _similarity(first, second),
            "word_similarity": _dice(tokens(first), tokens(second)),
            "letter_similarity": _ratio(tokens(first), tokens(second)),
            "common_words": list(common),
        }

    def matches_keyword(self, names: Iterable[str], keywords: Collection[str]) -> bool:
        """Whether a word of any of ``names`` is one of ``keywords``."""
        wanted = {token for keyword in keywords for token in tokens(keyword)}
        return any(wanted & set(tokens(name)) for name in names)


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a port name in lower case, synonyms made one."""
    words = (word.lower() for word in _TOKENS.findall(name))
    return tuple(SYNONYMS.get(word, word) for word in words)


@lru_cache(maxsize=4096)
def _similarity(first: str, second: str) -> float:
    one, two = tokens(first), tokens(second)
    if not one or not two:
        return 0.0
    if one == two:
        return 1.0
    return min(0.99, TOKEN_WEIGHT * _dice(one, two) + LETTER_WEIGHT * _ratio(one, two))


def _dice(one: Sequence[str], two: Sequence[str]) -> float:
    both = set(one) & set(two)
    total = len(set(one)) + len(set(two))
    return 2 * len(both) / total if total else 0.0


def _ratio(one: Sequence[str], two: Sequence[str]) -> float:
    return SequenceMatcher(None, "_".join(one), "_".join(two), autojunk=False).ratio()
