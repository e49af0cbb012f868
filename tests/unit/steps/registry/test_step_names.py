from __future__ import annotations

import subprocess
import sys

from cursus.registry import step_names as home
from cursus.steps.registry import step_names as alias


def test_the_alias_has_the_same_objects() -> None:
    for name in home.__all__:
        assert getattr(alias, name) is getattr(home, name)
    assert set(alias.__all__) == set(home.__all__)


def test_the_table_loads_nothing_heavy() -> None:
    code = (
        "import sys, cursus.steps.registry.step_names; "
        "print([m for m in ('pydantic', 'click', 'yaml', 'sqlite3', 'botocore') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
