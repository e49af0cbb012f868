"""Versions that can agree; held against ``packaging`` where it judges the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from cursus.validation.analysis.requirements import agree

versions = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
clauses = st.one_of(
    st.tuples(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), versions).map("".join),
    versions.map("=={}.*".format),
    versions.filter(lambda v: "." in v).map("~={}".format),
)
specifiers = st.lists(clauses, max_size=2).map(",".join)


@given(specifiers, specifiers)
def test_two_agree_when_some_version_satisfies_both(one: str, other: str) -> None:
    tried = [f"{a}.{b}.{c}.{d}" for a in range(5) for b in range(5) for c in range(5) for d in range(2)]
    found = any(Version(v) in SpecifierSet(one) and Version(v) in SpecifierSet(other) for v in tried)
    assert agree(one, other) == agree(other, one)
    assert agree(one, other) or not found


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1.5", "1.5.0", True),
        ("==1.5", "==1.6", False),
        (">=2", "<2", False),
        (">=2", "<=2", True),
        (">1,<2", ">=1.9", True),
        ("~=1.4", "==2.0", False),
        ("==1.*", ">=1.7", True),
        ("!=1.0", "==1.0", False),
        ("", "==1", True),
        ("==1; python_version < '3'", "==2", True),
        ("==1.0rc1", "==2", True),
    ],
)
def test_known_cases(one: str, other: str, expected: bool) -> None:
    assert agree(one, other) is expected
