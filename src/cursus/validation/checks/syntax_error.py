"""``syntax-error``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck


class UnparsableFile(WorkspaceCheck):
    """Every Python file of a workspace parses.

    Why: a file that does not parse can neither be read nor run; whatever depends on it is not judged until it is
    repaired.

    Bad::

        def main(input_paths, output_paths, environ_vars, job_args:
            pass

    Good::

        def main(input_paths, output_paths, environ_vars, job_args):
            pass
    """

    code = "syntax-error"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Files with a syntax error, at its place."""
        return (f for f in workspace.reported if f.code == self.code)
