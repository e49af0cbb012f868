"""A report in the form somebody asked for. One file for each form; a new one is a file and a line in ``REPORTERS``.

Forms only render: they judge nothing and change nothing. The only files read are those that findings point to, for the
line that is shown.
"""

from __future__ import annotations

from pathlib import Path

from cursus.errors import UsageError, did_you_mean
from cursus.model.finding import Report
from cursus.validation.reporting.github import GitHubReporter
from cursus.validation.reporting.html import HtmlReporter
from cursus.validation.reporting.interface import Reporter
from cursus.validation.reporting.json import JsonReporter
from cursus.validation.reporting.junit import JUnitReporter
from cursus.validation.reporting.keep import keep_reports as keep_reports
from cursus.validation.reporting.markdown import MarkdownReporter
from cursus.validation.reporting.sarif import SarifReporter
from cursus.validation.reporting.text import TextReporter

REPORTERS: tuple[Reporter, ...] = (
    TextReporter(),
    JsonReporter(),
    SarifReporter(),
    JUnitReporter(),
    GitHubReporter(),
    MarkdownReporter(),
    HtmlReporter(),
)
FORMATS = tuple(reporter.name for reporter in REPORTERS)


def render(report: Report, form: str = "text", *, root: Path | None = None) -> str:
    """``report`` as text that ends in a newline.

    :param form: one of :data:`FORMATS`.
    :param root: the workspace root; paths are shown relative to it.
    :raises UsageError: an unknown form.
    """
    for reporter in REPORTERS:
        if reporter.name == form:
            return reporter.render(report, root=root)
    raise UsageError(
        f"'{form}' is not a report format.{did_you_mean(form, FORMATS)}", hint=f"Formats: {', '.join(FORMATS)}"
    )
