"""Packs a model, and a calibrator when there is one, into one ``model.tar.gz`` with the digest of every file.

The model's files stand at the top of the archive, where SageMaker's inference containers look for them; the
calibrator's below ``calibrator/``; ``manifest.json`` lists every file with its size and SHA-256. The same files always
give the same archive, byte for byte.
"""

from __future__ import annotations

import argparse
import fnmatch
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

INPUTS = {"model": "/opt/ml/processing/input/model", "calibrator": "/opt/ml/processing/input/calibrator"}
OUTPUTS = {"package": "/opt/ml/processing/output/package"}
MANIFEST = "manifest.json"


def unpack(folder: Path, scratch: Path) -> Path:
    """The folder with the files themselves: a training job leaves them inside ``model.tar.gz``."""
    archive = folder / "model.tar.gz"
    if not archive.is_file():
        return folder
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    return scratch


def collect(folder: Path, prefix: str, exclude: list[str]) -> dict[str, Path]:
    """Path in the archive -> file, for every file below ``folder`` that no pattern excludes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(fnmatch.fnmatchcase(name, pattern) for pattern in exclude):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"{path} is a link that leads out of {folder}")
        found[prefix + name] = path
    return found


def describe(files: Mapping[str, Path]) -> bytes:
    """The manifest of the files."""
    entries = []
    for name, path in sorted(files.items()):
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        entries.append({"path": name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()})
    return (json.dumps({"schema_version": 1, "files": entries}, indent=2) + "\n").encode()


def write(target: Path, files: Mapping[str, Path], manifest: bytes) -> None:
    """The archive, without anything in it that differs from run to run."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in sorted([*files, MANIFEST]):
            member = tarfile.TarInfo(name)
            member.mode = 0o644
            if name == MANIFEST:
                member.size = len(manifest)
                tar.addfile(member, io.BytesIO(manifest))
                continue
            member.size = files[name].stat().st_size
            with files[name].open("rb") as stream:
                tar.addfile(member, stream)


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    """Collect the files, describe them, pack them."""
    exclude = [p.strip() for p in environ_vars.get("EXCLUDE", "").split(",") if p.strip()]
    calibrator = input_paths.get("calibrator")
    with tempfile.TemporaryDirectory() as scratch:
        files = collect(unpack(Path(input_paths["model"]), Path(scratch)), "", exclude)
        if not files:
            raise FileNotFoundError(f"no model file in {input_paths['model']}")
        if reserved := [name for name in files if name == MANIFEST or name.startswith("calibrator/")]:
            raise ValueError(f"the model holds {reserved[0]}, a name this package uses itself")
        # The input is optional: it is absent, or an empty folder, in a pipeline without calibration.
        if calibrator is not None and Path(calibrator).is_dir():
            files |= collect(Path(calibrator), "calibrator/", exclude)
        target = Path(output_paths["package"])
        target.mkdir(parents=True, exist_ok=True)
        manifest = describe(files)
        write(target / "model.tar.gz", files, manifest)
    Path(target, MANIFEST).write_bytes(manifest)
    print(json.dumps({"files": len(files), "bytes": (target / "model.tar.gz").stat().st_size}))


if __name__ == "__main__":
    main(INPUTS, OUTPUTS, dict(os.environ), argparse.ArgumentParser(description=__doc__).parse_args())
