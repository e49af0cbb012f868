from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import RunError
from cursus.validation.runtime.run_folder import fresh_run_dir, new_run_dir


def test_no_folder_is_taken_twice(tmp_path: Path) -> None:
    made = [new_run_dir(tmp_path / "runs", "flight delay/../x") for _ in range(3)]
    assert len(set(made)) == 3
    assert all(path.parent == tmp_path / "runs" and path.is_dir() for path in made)
    assert made[0].name.endswith("-flight-delay-x")


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    with pytest.raises(RunError, match="cannot be used"):
        fresh_run_dir(tmp_path / "run")
