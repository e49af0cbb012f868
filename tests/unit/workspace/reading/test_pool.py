from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from cursus.workspace.reading import pool as pool_module
from cursus.workspace.reading.keeping import as_json, from_json
from cursus.workspace.reading.pool import FEW, Pool
from cursus.workspace.reading.worker import read

MODULES = [f"X = {n}\ndef f_{n}():\n    return {{'a': {n}}}\n".encode() for n in range(FEW + 300)]


def answers(files: list[bytes], children: int | None) -> dict[int, str]:
    found: dict[int, str] = {}
    with Pool[int](found.__setitem__, children=children) as pool:
        for number, data in enumerate(files):
            pool.add(number, data)
    return found


def children_of(pool: Pool[int]) -> list[int]:
    return [child._process.pid for child in pool._children or ()]


@pytest.mark.parametrize("children", [0, 1, 3])
def test_every_file_is_answered_with_its_own_record(children: int) -> None:
    files = [*MODULES, b"x = (\n", b"\0", b"x = " + b"-" * 3000 + b"1", b"", b"x = '" + b"a" * 90_000 + b"'"]
    random.Random(1).shuffle(files)

    assert answers(files, children) == {n: as_json(read(data)) for n, data in enumerate(files)}


@pytest.mark.parametrize("children", [0, 1])
def test_files_are_read_whole_or_without_their_bindings(children: int) -> None:
    found: dict[int, str] = {}
    with Pool[int](found.__setitem__, children=children) as pool:
        for number, data in enumerate(MODULES):
            pool.add(number, data, whole=bool(number % 2))

    assert found == {n: as_json(read(data, whole=bool(n % 2))) for n, data in enumerate(MODULES)}
    assert found[0].endswith("\n")
    assert from_json(found[1])["bindings"]["names"]


def test_few_files_start_no_process() -> None:
    with Pool[int](lambda *_: None) as pool:
        for number in range(FEW):
            pool.add(number, b"x = 1")
        assert children_of(pool) == []


def test_no_process_is_left_behind() -> None:
    with Pool[int](lambda *_: None, children=2) as pool:
        for number, data in enumerate(MODULES):
            pool.add(number, data)
        started = children_of(pool)
        assert len(started) == 2

    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_child_that_dies_loses_nothing() -> None:
    found: dict[int, str] = {}
    with Pool[int](found.__setitem__, children=2) as pool:
        for number, data in enumerate(MODULES):
            if number == FEW + 50:
                os.kill(children_of(pool)[0], signal.SIGKILL)
            pool.add(number, data)

    assert found == {n: as_json(read(data)) for n, data in enumerate(MODULES)}


def test_a_child_that_falls_silent_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE_MS", 200)
    found: dict[int, str] = {}
    files = MODULES[: FEW + 20]
    with Pool[int](found.__setitem__, children=1) as pool:
        for number, data in enumerate(files):
            pool.add(number, data)
            if number == FEW:
                os.kill(children_of(pool)[0], signal.SIGSTOP)

    assert found == {n: as_json(read(data)) for n, data in enumerate(files)}


def test_an_error_in_the_block_ends_the_children() -> None:
    started: list[int] = []

    def broken() -> None:
        with Pool[int](lambda *_: None, children=1) as pool:
            for number, data in enumerate(MODULES):
                pool.add(number, data)
            started.extend(children_of(pool))
            raise KeyError("x")

    with pytest.raises(KeyError):
        broken()
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_records_as_json_read_back() -> None:
    for data in (b"x = 1", Path(__file__).read_bytes(), b"x ="):
        record, plain = from_json(as_json(read(data))), read(data)
        assert {half: record[half] for half in plain} == plain
