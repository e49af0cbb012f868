from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "baselines").mkdir(parents=True)
    (folder / "model.joblib").write_bytes(b"model")
    (folder / "baselines" / "other.joblib").write_bytes(b"other")
    return folder


@pytest.fixture
def calibrator(tmp_path: Path) -> Path:
    folder = tmp_path / "calibrator"
    folder.mkdir()
    (folder / "calibrator.json").write_text("{}", encoding="utf-8")
    return folder


def members(package: Path) -> dict[str, bytes]:
    with tarfile.open(package / "model.tar.gz") as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def test_the_manifest_describes_what_is_packed(run_script, model, calibrator):
    inputs = {"model": model, "calibrator": calibrator}
    package = run_script("package", inputs, ["package"], {"EXCLUDE": "baselines/*"})["package"]
    packed = members(package)
    assert sorted(packed) == ["calibrator/calibrator.json", "manifest.json", "model.joblib"]
    manifest = json.loads(packed["manifest.json"])
    assert (package / "manifest.json").read_bytes() == packed.pop("manifest.json")
    assert {f["path"]: f["sha256"] for f in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in packed.items()
    }


def test_the_calibrator_is_optional(run_script, model):
    package = run_script("package", {"model": model}, ["package"])["package"]
    assert sorted(members(package)) == ["baselines/other.joblib", "manifest.json", "model.joblib"]


def test_the_archive_is_the_same_whenever_it_is_made(run_script, model, calibrator):
    inputs = {"model": model, "calibrator": calibrator}
    package = run_script("package", inputs, ["package"])["package"]
    first = (package / "model.tar.gz").read_bytes()
    for path in model.rglob("*"):
        os.utime(path, (1, 1))
    (model / "model.joblib").chmod(0o600)
    run_script("package", inputs, ["package"])
    assert (package / "model.tar.gz").read_bytes() == first


def test_a_training_job_s_archive_is_unpacked(run_script, model, tmp_path):
    packed = tmp_path / "packed"
    packed.mkdir()
    with tarfile.open(packed / "model.tar.gz", "w:gz") as tar:
        tar.add(model / "model.joblib", "model.joblib")
    package = run_script("package", {"model": packed}, ["package"])["package"]
    assert sorted(members(package)) == ["manifest.json", "model.joblib"]


def test_what_leads_out_is_refused(run_script, model, tmp_path):
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (model / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="leads out of"):
        run_script("package", {"model": model}, ["package"])
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    with tarfile.open(hostile / "model.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../outside"), io.BytesIO())
    with pytest.raises(tarfile.OutsideDestinationError):
        run_script("package", {"model": hostile}, ["package"])


def test_no_model_and_a_reserved_name_are_refused(run_script, model, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no model file"):
        run_script("package", {"model": tmp_path / "empty"}, ["package"])
    (model / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"manifest\.json, a name this package uses"):
        run_script("package", {"model": model}, ["package"])
