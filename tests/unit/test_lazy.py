from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

PACKAGES = {
    "cursus.core.assembler": "cursus.core.assembler.plan",
    "cursus.core.base": "cursus.core.base.build",
    "cursus.core.compiler": "cursus.core.compiler.definition",
    "cursus.core.deps": "cursus.core.deps.wiring",
    "cursus.validation.workspace": "cursus.validation.workspace.workspace_manager",
}


@pytest.mark.parametrize("name", PACKAGES)
def test_every_name_is_there_and_others_are_not(name: str) -> None:
    package = importlib.import_module(name)
    assert all(getattr(package, n) is not None for n in package.__all__)
    assert dir(package) == sorted(package.__all__)
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'Nothing'"):
        _ = package.Nothing


def test_importing_a_package_loads_none_of_its_modules() -> None:
    probe = "import sys\nfor p in sys.argv[1::2]: __import__(p)\nprint(sorted(set(sys.argv[2::2]) & set(sys.modules)))"
    pairs = [part for pair in PACKAGES.items() for part in pair]
    run = subprocess.run([sys.executable, "-c", probe, *pairs], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
