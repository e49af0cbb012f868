"""``unused-suppression``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.acceptance import Acceptance
from cursus.validation.analysis.rewriting import without_comment
from cursus.validation.analysis.subject import Subject
from cursus.validation.check.interface import AcceptanceCheck


class UnusedSuppression(AcceptanceCheck):
    """Every comment that accepts a finding stands where there is such a finding.

    Judged when all steps of the workspace were looked at and the code was among those selected.

    Why: the comment outlived what it was for, or stands at the wrong line; left there, it hides the next finding that
    nobody has looked at.

    Bad::

        # cursus: ignore[unused-input] the weather follows next week
        rows = join(input_paths["flights"], input_paths["weather"])

    Good::

        rows = join(input_paths["flights"], input_paths["weather"])
    """

    code = "unused-suppression"
    severity = Severity.WARNING

    def check(self, subject: Subject, acceptance: Acceptance) -> Iterator[Finding]:
        """Codes of suppressions that accepted nothing."""
        for suppression, codes in acceptance.idle.items():
            for code in codes:
                yield self.finding(
                    subject,
                    f"There is no finding '{code}' at line {suppression.about} to be ignored.",
                    file=suppression.file,
                    line=suppression.line,
                    column=suppression.column,
                    step=subject.step_of.get(suppression.file),
                    hint=f"Remove '{code}' from the comment, or move it to the line of the finding.",
                    fix=without_comment(
                        suppression.file, subject.workspace, suppression.line, suppression.column, codes
                    ),
                )
