"""The documentation of checks as text: one for the terminal, all for the reference page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill, indent

from cursus.validation.check.doc import CheckDoc, document
from cursus.validation.check.interface import Check
from cursus.validation.check.level import Level

_WIDTH = 100
_HEAD = """\
# Checks

What `cursus validate`, `cursus alignment` and `cursus builder-test` look for. This page is made from the checks' own
docstrings by `python tools/make_check_reference.py`; `cursus explain CODE` shows one entry of it.

Where a finding can be put right without a choice, it carries the fix: `cursus validate --fix` makes it, and with
`--dry-run` prints what it would change. A name is respelt where only case, hyphens and underscores differ, an output is
named in its own property path, a variable is declared with the default that the script has, and a comment that accepts
nothing goes. Whatever would have to be guessed is left to you.

A finding can be accepted where it stands, with a reason: `# cursus: ignore[code] the reason` at the end of the line, or
on a line of its own above it. For whole files, codes and severities see the settings in `cursus.toml`:

```toml
[validation]
ignore = ["unused-input"]                                # not these checks
skip-levels = ["builder-config"]                         # not these levels
strict = true                                            # warnings count as errors
severity = { naming = "error" }                          # error, warning or info
baseline = "validation_baseline.json"                    # accept what is in it
per-file-ignores = { "*/generated_*.py" = ["unused-input"] }
```
"""
_LEVELS = {
    Level.WORKSPACE: "The files of a workspace",
    Level.SCRIPT_CONTRACT: "Level 1: script and contract",
    Level.CONTRACT_SPEC: "Level 2: contract and spec",
    Level.SPEC_DEPENDENCIES: "Level 3: spec and dependencies",
    Level.BUILDER_CONFIG: "Level 4: builder and config",
}


def reference_page(checks: Sequence[Check]) -> str:
    """The reference page of all ``checks``, as Markdown, by level and code.

    :raises ValueError: a check without documentation.
    """
    docs = sorted((document(check) for check in checks), key=lambda d: d.code)
    parts = [_HEAD, "| code | level | severity | rule |\n|---|---|---|---|"]
    parts[-1] += "".join(f"\n| [`{d.code}`](#{d.code}) | {d.level} | {d.severity} | {_cell(d.rule)} |" for d in docs)
    for level, title in _LEVELS.items():
        parts.append(f"\n## {title}")
        parts += [_entry(d) for d in docs if d.level == level.value]
    return "\n".join(parts) + "\n"


def explanation(doc: CheckDoc) -> str:
    """One check for the terminal."""
    parts = [f"{doc.code}: {doc.severity}, {doc.level}", *_prose(doc), "Bad:", indent(doc.bad, "    ")]
    parts += ["Good:", indent(doc.good, "    ")]
    if doc.covers:
        parts.append(f"Also reported by it: {', '.join(doc.covers)}")
    return "\n\n".join(parts) + "\n"


def find(checks: Iterable[Check], code: str) -> Check | None:
    """The check whose findings carry ``code``."""
    return next((check for check in checks if code in check.codes), None)


def _entry(doc: CheckDoc) -> str:
    also = f"\n\nAlso reported by it: {', '.join(f'`{c}`' for c in doc.covers)}." if doc.covers else ""
    more = f"\n\n{_wrapped(doc.more)}" if doc.more else ""
    return (
        f"\n### {doc.code}\n\nSeverity: {doc.severity}.\n\n{_wrapped(doc.rule)}{more}\n\n{_wrapped('Why: ' + doc.why)}"
        f"{also}\n\nBad:\n\n{indent(doc.bad, '    ')}\n\nGood:\n\n{indent(doc.good, '    ')}"
    )


def _prose(doc: CheckDoc) -> list[str]:
    texts = [doc.rule, doc.more, f"Why: {doc.why}"]
    return [fill(text, _WIDTH) for text in texts if text]


def _wrapped(text: str) -> str:
    return fill(text.replace("``", "`"), 120, break_long_words=False, break_on_hyphens=False)


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")
