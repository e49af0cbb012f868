"""``stale-baseline``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.acceptance import Acceptance
from cursus.validation.analysis.subject import Subject
from cursus.validation.check.interface import AcceptanceCheck


class StaleBaseline(AcceptanceCheck):
    """Every finding that the baseline accepts is still there.

    Judged when all steps of the workspace were looked at and the code was among those selected.

    Why: what was corrected could come back unseen as long as the baseline still accepts it.

    Bad::

        # the baseline accepts 'unused-input' of Prepare
        rows = join(input_paths["flights"], input_paths["weather"])    # both inputs are read by now

    Good::

        # the baseline was written anew after the correction:
        # cursus validate --baseline FILE --write-baseline
        rows = join(input_paths["flights"], input_paths["weather"])
    """

    code = "stale-baseline"
    severity = Severity.INFO

    def check(self, subject: Subject, acceptance: Acceptance) -> Iterator[Finding]:
        """Entries of the baseline that match nothing any more."""
        for key, count in acceptance.stale.items():
            times = f" {count} times" if count > 1 else ""
            yield self.finding(
                subject,
                f"The baseline accepts '{key.code}'{times} that is no longer there: {key.message}",
                file=subject.root / key.file if key.file else None,
                step=key.step or None,
                hint="Write it anew: cursus validate --baseline FILE --write-baseline",
            )
