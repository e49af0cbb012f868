from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cursus.errors import FileError
from cursus.workspace.yaml_reader import Document, parse_yaml, read_yaml

FILE = Path("file.yaml")


def parse(text: str) -> Document:
    return parse_yaml(text.encode(), FILE, "alice")


def test_plain_values_with_their_lines() -> None:
    document = parse("a: 1\nb:\n  - x\n  - {c: 2.5, d: null}\ne: 'text'\nday: 2024-01-01\nflag: true\n")

    assert document.value == {
        "a": 1, "b": ["x", {"c": 2.5, "d": None}], "e": "text", "day": "2024-01-01", "flag": True,
    }  # fmt: skip
    assert document.line("b") == 2
    assert document.line("b", 1, "d") == 4
    assert document.line("b", 1, "d", "deeper") == 4
    assert document.line("e") == 5
    assert document.line("nowhere") == 1


def test_an_empty_file_is_nothing() -> None:
    assert parse("").value is None
    assert parse("# only a comment\n").value is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\n", 3),
        ("a: 1\na: 2\n", 2),
        ("a: 1\n\tb: 2\n", 2),
        ("x: !!python/object/apply:os.system ['true']\n", 1),
        ("a: 1\n? [1, 2]\n: 3\n", 2),
        ("a: *nothing\n", 1),
        ("a: &x [*x]\n", 1),
        ("--- 1\n--- 2\n", 2),
        ("a: \x00\n", 1),
    ],
)
def test_what_is_not_accepted_names_its_line(text: str, line: int) -> None:
    with pytest.raises(FileError) as caught:
        parse(text)

    error = caught.value
    assert error.code == "malformed-yaml"
    assert (error.workspace, error.file, error.line) == ("alice", FILE, line)
    assert error.hint


def test_what_is_not_utf_8() -> None:
    with pytest.raises(FileError) as caught:
        parse_yaml(b"a: 1\nb: \xff\n", FILE)
    assert (caught.value.code, caught.value.line) == ("malformed-yaml", 2)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 3_000,
        "[" * 30_000 + "]" * 30_000,
        "{a: " * 5_000,
        "- " * 20_000 + "x",
        "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)),
        "a: &a [*b]\nb: " + "*a " * 10,
        "\n".join("- a" for _ in range(250_000)),
    ],
)
def test_bombs_are_refused_in_time(text: str) -> None:
    # What blows up takes hours; how busy the machine is must not decide.
    start = time.process_time()
    with pytest.raises(FileError):
        parse(text)
    assert time.process_time() - start < 5


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (1024 * 1024 + 1))

    with pytest.raises(FileError) as caught:
        read_yaml(path)
    assert caught.value.code == "file-too-large"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_what_was_dumped_comes_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=False)
    assert parse(text).value == value
