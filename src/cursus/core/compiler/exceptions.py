"""What the compiler refuses by itself.

Everything a compile can fail with is a :class:`~cursus.errors.CursusError`: an unknown step, a file that is broken, an
input that cannot be wired keep their own classes, with workspace, file and line. What only the compiler can say is a
:class:`CompilationError`.
"""

from __future__ import annotations

from cursus.errors import PipelineError


class CompilationError(PipelineError):
    """A pipeline that was planned but cannot be compiled."""

    code = "compilation"
