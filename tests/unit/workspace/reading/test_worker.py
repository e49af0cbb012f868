from __future__ import annotations

import time

import pytest

from cursus.workspace.reading import worker
from cursus.workspace.reading.record import read_record


def fault(data: bytes) -> tuple[str, int | None]:
    record = worker.read(data)
    return record["fault"][0], record["fault"][2]


def test_the_child_gives_the_same_record() -> None:
    data = b"X = {'a': 1}\ndef main(input_paths):\n    return input_paths['a']\n"

    assert worker.read_apart(data) == read_record(data)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"x = (1\n", 1),
        (b"a = 1\nb = = 2\n", 2),
        (b"x = 1\0", None),
        ("x = 'é'".encode("latin-1"), 1),
        (b"# coding: utf-7\nx = 1", 1),
        (b"# coding: punycode\nx = 1", 1),
        (b"x = " + b"9" * 5000, 1),
        (b"x = " + b"[" * 300, 1),
        (b"\xff\xfe\x00x", 1),
        ("x = 1\n# é".encode("latin-1"), 2),
        ("# coding: utf-8\n# é".encode("latin-1"), 2),
    ],
)
def test_what_is_not_python_has_one_fault(data: bytes, line: int | None) -> None:
    assert fault(data) == ("syntax-error", line)


@pytest.mark.parametrize(
    "data",
    [
        b"x = " + b"-" * 100_000 + b"1",
        b"x = " + b"1+" * 50_000 + b"1",
        b"x = a" + b".b" * 100_000,
        b"x = " + b"not " * 100_000 + b"1",
        b'x = f"' + b"{a}" * 350_000 + b'"',
    ],
)
def test_parser_bombs_are_given_up_in_time(data: bytes) -> None:
    start = time.monotonic()
    record = worker.read(data)

    assert record["fault"][0] == "too-costly"
    assert not worker.is_final(record)
    assert time.monotonic() - start < 4


def test_declared_encodings_that_are_common() -> None:
    assert "facts" in worker.read("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert "facts" in worker.read("\ufeffx = 1\n".encode())


def test_a_long_but_harmless_line_is_read() -> None:
    assert "facts" in worker.read(b"x = '" + b"a" * 100_000 + b"'\n")


def test_no_warning_escapes_from_odd_escapes() -> None:
    assert "facts" in worker.read(rb"x = '\d'")
