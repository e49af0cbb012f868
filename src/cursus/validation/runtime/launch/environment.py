"""The environment a script starts with: little of ours, all of the step's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: What passes from our environment to a script; anything else (credentials above all) stays out.
ALLOWED = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "OPENBLAS_NUM_THREADS",
    "PATH",
    "TZ",
    "VECLIB_MAXIMUM_THREADS",
)

#: Threads that wait must not spin: several scripts share the cores, and a spinning one takes them from the others.
DEFAULTS = {"OMP_WAIT_POLICY": "PASSIVE"}


def make_environment(
    step: Mapping[str, str], temp_dir: Path, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Defaults, allowed variables, home and temporary folder, then the step's own; later ones win.

    :param step: the step's environment variables.
    :param temp_dir: serves as ``HOME`` and ``TMPDIR``, so that caches of libraries land in a folder that goes away.
    :param environ: where allowed variables are taken from; default ``os.environ``.
    """
    source = os.environ if environ is None else environ
    allowed = {name: source[name] for name in ALLOWED if name in source}
    return {**DEFAULTS, **allowed, "HOME": str(temp_dir), "TMPDIR": str(temp_dir), **step}
