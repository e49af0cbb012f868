"""What was found before about a workspace or pipeline, kept between processes and taken as long as nothing it rests on
has changed.

A verdict carries the digest of what was certain to matter beforehand (the files, the program, the options) and, for
what turned out to matter, each question with the digest of its answer. It changes no result: whatever is not certain is
judged again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.model.finding import Accepted, Finding, Unit
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.contents import text_digest
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import Check
from cursus.validation.engine.baseline import Baseline
from cursus.validation.engine.options import Options
from cursus.validation.engine.settings import Settings


@dataclass(frozen=True)
class Verdict:
    """Everything that judging one workspace or pipeline adds to the report."""

    findings: tuple[Finding, ...]
    units: tuple[Unit, ...]
    accepted: tuple[Accepted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "findings": [f.to_json() for f in self.findings],
            "units": [[u.workspace, u.subject, u.level, u.outcome.value, u.reason] for u in self.units],
            "accepted": [a.to_json() for a in self.accepted],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Verdict:
        """What :meth:`to_json` gave."""
        keys = ("workspace", "subject", "level", "outcome", "reason")
        return cls(
            tuple(map(Finding.from_json, values["findings"])),
            tuple(Unit.from_json(dict(zip(keys, unit, strict=True))) for unit in values["units"]),
            tuple(map(Accepted.from_json, values["accepted"])),
        )


class Verdicts:
    """The verdicts of one run.

    :param checks: those that run; when one of them builds, nothing is kept, since what it builds with may change.
    """

    def __init__(
        self,
        catalog: StepCatalog,
        offers: Offers,
        checks: Sequence[Check],
        options: Options,
        settings: Settings,
        baseline: Baseline,
    ) -> None:
        self._index = catalog.index
        self._offers = offers
        self._deadline = options.deadline
        self._on = options.steps is None and not any(check.builds for check in checks)
        self._baseline = baseline
        tree = catalog.index.tree
        self._read: dict[str, dict[str, Any]] = {}
        asked_for: list[object] = [
            tree.root,
            tree.single,
            [w.id for w in tree.workspaces],
            [(type(check).__module__, check.code) for check in checks],
            *(sorted(options.select or ()), options.select is None, sorted(options.ignore)),
            *(sorted(options.skipped), options.strict),
            *(sorted(settings.severity.items()), [(p, sorted(c)) for p, c in settings.per_file_ignores.items()]),
        ]
        self._asked_for = text_digest(map(repr, asked_for))

    def of_workspace(self, workspace_id: str, judge: Callable[[], Verdict]) -> Verdict:
        """The verdict on a workspace, as it was or as ``judge`` finds it."""
        key = self._workspace_key(workspace_id)
        return judge() if key is None else self._found(workspace_id, key, self._offers.answer, judge)

    def of_pipeline(self, pipeline: PipelineSubject, judge: Callable[[], Verdict]) -> Verdict:
        """The verdict on a pipeline of a run over everything, as it was or as ``judge`` finds it."""
        key = self._pipeline_key(pipeline)
        if key is None:
            return judge()
        return self._found(str(pipeline.path), key, self._workspace_now, judge, pipeline)

    def is_known(self, workspace_id: str) -> bool:
        """Whether there is a verdict, unless others' answers have changed."""
        key = self._workspace_key(workspace_id)
        return key is not None and self._kept(workspace_id).get("key") == key

    def _pipeline_key(self, pipeline: PipelineSubject) -> str | None:
        text = _plain_bytes(pipeline.path) if self._on else None
        return None if text is None else self._key(text, list(self._baseline.items()))

    def _workspace_key(self, workspace_id: str) -> str | None:
        seen = self._offers.contents.seen_by(workspace_id) if self._on else None
        if seen is None:
            return None
        scanned = [f for f in self._index.tree.findings if f.workspace == workspace_id]
        return self._key(seen, scanned, [item for item in self._baseline.items() if item[0].workspace == workspace_id])

    def _key(self, *rests_on: object) -> str:
        return text_digest([self._offers.contents.program, self._asked_for, *map(repr, rests_on)])

    def _kept(self, name: str) -> dict[str, Any]:
        """What was kept under a name for these options; empty when there is nothing."""
        if name not in self._read:
            kept = None if self._deadline.passed else self._index.recall(self._place(name))
            self._read[name] = {} if kept is None else json.loads(kept)
        return self._read[name]

    def _place(self, name: str) -> str:
        return f"verdict {self._asked_for} {name}"

    def _workspace_now(self, workspace_id: str) -> str:
        return self._offers.contents.seen_by(workspace_id) or ""

    def _found(
        self,
        name: str,
        key: str,
        answer: Callable[[str], str],
        judge: Callable[[], Verdict],
        pipeline: PipelineSubject | None = None,
    ) -> Verdict:
        kept = {} if self._deadline.passed else self._kept(name)
        if kept.get("key") == key and all(answer(question) == known for question, known in kept["asked"].items()):
            return Verdict.from_json(kept)
        with self._offers.noting() as asked:
            verdict = judge()
        if pipeline is not None:
            asked = {workspace: answer(workspace) for workspace in sorted(pipeline.used)}
        sure = not self._deadline.passed and "" not in asked.values()
        if sure and self._is_unchanged(key, [name] if pipeline is None else list(asked), pipeline):
            self._index.keep(self._place(name), json.dumps({"key": key, "asked": asked, **verdict.to_json()}))
        return verdict

    def _is_unchanged(self, key: str, workspaces: Sequence[str], pipeline: PipelineSubject | None) -> bool:
        """Whether nothing that was read was edited meanwhile."""
        same = pipeline is None or key == self._pipeline_key(pipeline)
        return same and all(map(self._offers.contents.unchanged, workspaces))


def _plain_bytes(path: Path) -> bytes | None:
    """The file; None when it is a link or cannot be read."""
    try:
        return None if path.is_symlink() else path.read_bytes()
    except OSError:
        return None
