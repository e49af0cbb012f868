"""Write ``docs/reference/checks.md`` from the docstrings of the checks. Run it after changing one."""

from __future__ import annotations

from pathlib import Path

from cursus.validation.check.page import reference_page
from cursus.validation.checks import CHECKS
from cursus.workspace.writing import write_text

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "checks.md"


def main() -> None:
    """Write the page anew."""
    write_text(TARGET, reference_page(CHECKS))
    print(TARGET)


if __name__ == "__main__":
    main()
