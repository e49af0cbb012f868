"""A step's folder: prepared before its script runs, looked at again afterwards.

::

    <run>/steps/<node>/input/<logical name>     links to upstream outputs or outside data, to be read only
                       output/<logical name>    made fresh, to be written
                       work/                    the working directory; the script's code is in work/code
                       log/                     stdout.log, stderr.log and the harness's records
                       temp/                    HOME and TMPDIR; removed afterwards
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cursus.model.plan import CodeBundle

#: path -> (size, modification time in nanoseconds, inode) of every file; folders have (-1, 0, 0).
Listing = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class StepFolder:
    """The folder of one step in a run."""

    root: Path

    @classmethod
    def of(cls, run_dir: Path, node: str) -> StepFolder:
        """The folder of ``node``; a name that is no plain folder name is quoted."""
        return cls(run_dir / "steps" / safe_name(node))

    def input(self, name: str) -> Path:
        """Where the script finds that input."""
        return self.root / "input" / safe_name(name)

    def output(self, name: str) -> Path:
        """Where the script writes that output."""
        return self.root / "output" / safe_name(name)

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.root / "work"

    @property
    def code(self) -> Path:
        """The script and the modules that travel with it."""
        return self.work / "code"

    @property
    def log(self) -> Path:
        """Logs and records."""
        return self.root / "log"

    @property
    def temp(self) -> Path:
        """Scratch space, free to use."""
        return self.root / "temp"


@dataclass(frozen=True, slots=True)
class Staged:
    """A prepared step folder and what was in it, and in its inputs, before the script ran.

    :param sources: logical name -> the real file or folder behind an input.
    :param outputs: logical name -> folder.
    """

    folder: StepFolder
    sources: Mapping[str, Path]
    outputs: Mapping[str, Path]
    before: Listing
    inputs_before: Mapping[str, Listing]

    @property
    def inputs(self) -> dict[str, Path]:
        """Logical name -> the folder the script is given."""
        return {name: self.folder.input(name) for name in self.sources}

    def undeclared_writes(self) -> list[str]:
        """What the script created, changed or removed where it had nothing to write, for people, sorted."""
        found = [
            f"{what} {path}" for what, path in _differences(self.before, _list_step(self.folder, self.outputs.values()))
        ]
        for name, source in self.sources.items():
            found += [
                f"{what} {path} of input '{name}'"
                for what, path in _differences(self.inputs_before[name], list_files(source))
            ]
        return sorted(found)

    def clean(self) -> None:
        """Remove the scratch space."""
        shutil.rmtree(self.folder.temp, ignore_errors=True)


def stage(folder: StepFolder, code: CodeBundle, sources: Mapping[str, Path], outputs: Mapping[str, str]) -> Staged:
    """Make the folder, put code and inputs in place.

    :param sources: logical name -> file or folder with the data.
    :param outputs: logical name -> container path.
    :raises OSError: something cannot be made, copied or read.
    """
    made = {name: folder.output(name) for name in outputs}
    for path in (folder.root / "input", folder.code, folder.log, folder.temp, *made.values()):
        path.mkdir(parents=True, exist_ok=True)
    for name, file in code.files.items():
        target = folder.code / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)  # not a link: a script that writes to its own file must not change the workspace
    resolved = {name: path.resolve(strict=True) for name, path in sources.items()}
    for name, source in resolved.items():
        _link(folder.input(name), source)
    return Staged(
        folder=folder,
        sources=resolved,
        outputs=made,
        before=_list_step(folder, made.values()),
        inputs_before={name: list_files(source) for name, source in resolved.items()},
    )


def list_files(path: Path) -> Listing:
    """Every file and folder below ``path``, links not followed; for a file, the file itself under its name.

    What is not there, or may not be looked at, is left out: a script may have removed its own inputs.
    """
    found: dict[str, tuple[int, int, int]] = {}
    if not path.is_dir():
        with contextlib.suppress(OSError):
            found[path.name] = _facts(path.lstat())
        return found
    pending = [str(path)]
    start = len(pending[0].rstrip(os.sep)) + 1
    while pending:
        with contextlib.suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    found[entry.path[start:]] = (-1, 0, 0)
                    pending.append(entry.path)
                else:
                    found[entry.path[start:]] = _facts(entry.stat(follow_symlinks=False))
    return found


def safe_name(name: str) -> str:
    """``name`` as a plain folder name; usual names stay as they are."""
    quoted = quote(name, safe="")
    return f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted


def _list_step(folder: StepFolder, outputs: Iterable[Path]) -> Listing:
    """The step's folder without the places where writing is allowed."""
    allowed = {folder.log, folder.temp, *outputs}
    prefixes = tuple(f"{path.relative_to(folder.root)}{os.sep}" for path in allowed)
    return {name: facts for name, facts in list_files(folder.root).items() if not name.startswith(prefixes)}


def _differences(before: Listing, after: Listing) -> list[tuple[str, str]]:
    created = [("created", path) for path in after.keys() - before.keys()]
    removed = [("removed", path) for path in before.keys() - after.keys()]
    changed = [("changed", path) for path in after.keys() & before.keys() if after[path] != before[path]]
    return created + removed + changed


def _link(place: Path, source: Path) -> None:
    """A folder is linked as a whole; a single file gets a folder of its own, since scripts are given folders."""
    if source.is_dir():
        place.symlink_to(source, target_is_directory=True)
        return
    place.mkdir()
    (place / source.name).symlink_to(source)


def _facts(stat: os.stat_result) -> tuple[int, int, int]:
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)
