"""Runs checks over workspaces and steps, and keeps account of what was and was not judged.

The engine knows no rule and renders nothing. A broken file or a missing part makes the units that need it NOT_RUN with
the reason; the others go on.
"""

from cursus.validation.engine.run import run_checks

__all__ = ["run_checks"]
