from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cursus.validation.runtime.measure import count_rows, measure


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.csv", b"id\n1\n2\n", 2),
        ("a.csv", b"id\n1\n2", 2),
        ("a.csv", b"id\r\n1\r\n\r\n2\r\n", 2),
        ("a.csv", b"id\n", 0),
        ("a.csv", b"", 0),
        ("a.csv", b'id,text\n1,"two\nlines"\n2,"say ""so"""\n', 2),
        ("a.csv", b"id\n\xff\xfe\n", 1),
        ("a.tsv", b"id\tx\n1\t2\n", 1),
        ("a.jsonl", b'{"a": 1}\n\n{"a": 2}\n', 2),
        ("a.CSV", b"id\n1\n", 1),
        ("a.csv.gz", gzip.compress(b"id\n1\n2\n", mtime=0), 2),
        ("a.csv.gz", b"not gzip", None),
        ("a.json", b"[1, 2]", None),
        ("model.joblib", b"\x80", None),
        ("noname", b"", None),
    ],
)
def test_rows(tmp_path: Path, name: str, content: bytes, rows: int | None) -> None:
    (tmp_path / name).write_bytes(content)
    assert count_rows(tmp_path / name) == rows


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "sub/b.csv").write_text("id\n1\n2\n")
    (tmp_path / "log.txt").write_text("12345")
    amount = measure(tmp_path)
    assert (amount.files, amount.bytes, amount.rows) == (3, 5 + 7 + 5, 3)
    (tmp_path / "c.csv.gz").write_bytes(b"broken")
    assert measure(tmp_path).rows is None
    assert measure(tmp_path / "nothing").files == 0
