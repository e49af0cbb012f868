"""Runs checks over workspaces and steps, and keeps account of what was and was not judged.

The engine knows no rule and renders nothing. A broken file or a missing part makes the units that need it NOT_RUN with
the reason; the others go on.
"""

from cursus.validation.engine.baseline import not_judged, read_baseline, write_baseline
from cursus.validation.engine.fixing import Rewriting, plan_fixes
from cursus.validation.engine.run import Half, run_checks
from cursus.validation.engine.settings import Settings, read_settings

__all__ = [
    "Half",
    "Rewriting",
    "Settings",
    "not_judged",
    "plan_fixes",
    "read_baseline",
    "read_settings",
    "run_checks",
    "write_baseline",
]
