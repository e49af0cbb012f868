from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.errors import InvalidWorkspaceId
from cursus.workspace.names import check_workspace_id


@pytest.mark.parametrize("name", ["alice", "team_a", "a", "A-1", "v1.2", "x" * 64, "default", "console"])
def test_safe_names_are_returned(name: str) -> None:
    assert check_workspace_id(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../x", "/etc", "a/b", "a\\b", "a\0b", ".hidden", "dot.", "a..b", "x" * 65, "a b", "a\n",
        "core", "Shared", "con", "NUL", "com1.txt", "lpt9", "аlice", "ａlice", "é", "a:b", "~", "-x", "--help",
    ],
)  # fmt: skip
def test_unsafe_names_are_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidWorkspaceId) as caught:
        check_workspace_id(name)

    assert caught.value.hint is not None


@given(st.text(max_size=80))
def test_what_is_accepted_stays_one_plain_path_segment(name: str) -> None:
    try:
        check_workspace_id(name)
    except InvalidWorkspaceId:
        return
    assert name.isascii()
    assert not set(name) & set("/\\\0:")
    assert name.strip(".") == name
    assert 1 <= len(name) <= 64
