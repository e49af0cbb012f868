"""``invalid-suppression``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.acceptance import Acceptance
from cursus.validation.analysis.subject import Subject
from cursus.validation.check.interface import AcceptanceCheck


class InvalidSuppression(AcceptanceCheck):
    """A comment that accepts a finding names codes that exist, and a reason.

    Such a comment accepts nothing until it is corrected.

    Why: without a code it would hide everything, now and later; without a reason nobody can say when it may go.

    Bad::

        label = environ_vars["LABEL"]  # cursus: ignore

    Good::

        label = environ_vars["LABEL"]  # cursus: ignore[undeclared-environment] set by the base image
    """

    code = "invalid-suppression"

    def check(self, subject: Subject, acceptance: Acceptance) -> Iterator[Finding]:
        """Comments without codes, with unknown ones, or without a reason."""
        for suppression in acceptance.suppressions:
            why = suppression.wrong
            unknown = [code for code in suppression.codes if code not in acceptance.known]
            if why is None and unknown:
                why = f"there is no check with the code '{unknown[0]}'"
            if why is not None:
                close = did_you_mean(unknown[0], acceptance.known) if unknown else ""
                yield self.finding(
                    subject,
                    f"The comment ignores nothing: {why}.{close}",
                    file=suppression.file,
                    line=suppression.line,
                    column=suppression.column,
                    step=subject.step_of.get(suppression.file),
                    hint="Write: # cursus: ignore[code] the reason",
                )
