"""Whether two steps that share data can be installed with versions of a package that agree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.model.step import Contract, Step

_CLAUSE = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|<|>)?\s*v?(?P<version>\d+(?:\.\d+)*)(?P<any>\.\*)?")
_LARGE = 10**9

Version = tuple[int, ...]
#: Operator, version, and whether ``.*`` stands behind it.
Clause = tuple[str, Version, bool]


def clash(producer: Step, consumer: Step) -> str | None:
    """What two steps ask for that no version of a package is, as the end of a sentence; None when nothing is.

    Requirements in another form than versions with ``==``, ``>=``, ``<`` and their like are not judged.
    """
    if not isinstance(producer.contract, Contract) or not isinstance(consumer.contract, Contract):
        return None
    one, other = producer.contract.framework_requirements, consumer.contract.framework_requirements
    for package in sorted(one.keys() & other.keys()):
        if not agree(one[package], other[package]):
            return f"they ask for {package} {_shown(one[package])} and {_shown(other[package])}"
    return None


def agree(one: str, other: str) -> bool:
    """Whether some version satisfies both specifiers; True also for specifiers of a form not known here.

    >>> agree(">=1.5", "==2.0"), agree("1.5", "1.6"), agree("<2", ">=2"), agree("~=1.4", "==1.*")
    (True, False, False, True)
    """
    clauses = [*_clauses(one), *_clauses(other)]
    if None in clauses:
        return True
    known = [clause for clause in clauses if clause is not None]
    return not known or any(all(_holds(v, clause) for clause in known) for v in _candidates(known))


def _clauses(specifier: str) -> Iterator[Clause | None]:
    for part in filter(None, (part.strip() for part in specifier.split(","))):
        match = _CLAUSE.fullmatch(part)
        operator = (match["operator"] or "==") if match else ""
        yield (operator, _version(match["version"]), bool(match["any"])) if match else None


def _candidates(clauses: list[Clause]) -> Iterator[Version]:
    """A version of every stretch between those that are named: each one, one just above, one just below."""
    yield (_LARGE,)
    for _, version, _ in clauses:
        yield version
        yield (*version, 0, 1)
        yield _below(version)


def _below(version: Version) -> Version:
    for position in range(len(version) - 1, -1, -1):
        if version[position]:
            return (*version[:position], version[position] - 1, _LARGE)
    return version


def _holds(version: Version, clause: Clause) -> bool:
    operator, named, starred = clause
    if operator == "~=":
        return _plain(version) >= _plain(named) and version[: len(named) - 1] == named[:-1]
    if starred:
        same = version[: len(named)] == named
        return same if operator in ("==", "===") else not same if operator == "!=" else True
    left, right = _plain(version), _plain(named)
    results = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "!=": left != right}
    return results.get(operator, left == right)


def _version(text: str) -> Version:
    return tuple(map(int, text.split(".")))


def _plain(version: Version) -> Version:
    """Without zeros at the end, which make no difference."""
    while version and not version[-1]:
        version = version[:-1]
    return version


def _shown(specifier: str) -> str:
    return specifier.removeprefix("==").strip()
