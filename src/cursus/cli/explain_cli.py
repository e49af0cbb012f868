"""``cursus explain``."""

from __future__ import annotations

from dataclasses import asdict

import click

from cursus.cli.render import table
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import UsageError, did_you_mean


@click.command("explain")
@click.argument("code", required=False)
@common_options
@pass_session
def explain_command(session: Session, code: str | None) -> None:
    """Say what the check CODE looks for, why, and how it is put right; without CODE, list all checks."""
    from cursus.validation.check.doc import document
    from cursus.validation.check.page import explanation, find
    from cursus.validation.checks import CHECKS

    if code is None:
        docs = sorted((document(check) for check in CHECKS), key=lambda d: d.code)
        rows = [(d.code, d.level, d.severity, d.rule.split(". ")[0]) for d in docs]
        if session.json:
            session.print_json({"checks": [asdict(d) for d in docs], "findings": []})
        else:
            click.echo(table(("CODE", "LEVEL", "SEVERITY", "RULE"), rows))
        return
    check = find(CHECKS, code)
    if check is None:
        known = [known for check in CHECKS for known in check.codes]
        raise UsageError(f"There is no check with the code '{code}'.{did_you_mean(code, known)}", hint="cursus explain")
    if session.json:
        session.print_json({"check": asdict(document(check)), "findings": []})
    else:
        click.echo(explanation(document(check)), nl=False)
