"""The life of a workspace on the installed command: made, described, mended, removed; and everything refused."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

FINDINGS, USAGE, REFUSED, INTERRUPTED = 1, 2, 4, 130
COMMAND = Path(sys.executable).with_name("cursus")
STEPS = "src/cursus_dev/steps"
OVERLAY = "src/cursus_dev/registry/workspace_registry.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A root with the workspaces ada (a step) and bob, not to be changed."""
    root = tmp_path_factory.mktemp("made") / "root"
    for arguments in (("ada", "--template", "data"), ("bob",)):
        subprocess.run([str(COMMAND), "workspace", "create", *arguments, "-C", str(root)], check=True)
    return root


@pytest.fixture
def root(made, tmp_path):
    """A copy of that root."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def contents(folder: Path) -> dict[str, bytes | str | None]:
    """Everything below a folder but the cache, to see that nothing changed."""
    return {
        str(p.relative_to(folder)): str(p.readlink()) if p.is_symlink() else p.read_bytes() if p.is_file() else None
        for p in sorted(folder.rglob("*"))
        if ".cursus" not in p.parts
    }


def on_a_terminal(arguments: list[object], answers: str, cwd: Path) -> tuple[int, str]:
    """Exit code and output of the command on a terminal where somebody types ``answers``."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(COMMAND), *map(str, arguments)], cwd=cwd, stdin=theirs, stdout=theirs, stderr=subprocess.STDOUT
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


def without_privileges(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command so that permissions count even for root."""
    command = [str(COMMAND), *map(str, arguments)]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write anywhere, and setpriv is not there to take that away")
        taken = "-dac_override,-dac_read_search,-fowner"
        command = [setpriv, f"--bounding-set={taken}", f"--inh-caps={taken}", *command]
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


# Create


@pytest.mark.parametrize(("template", "step"), [("data", "CleanTable"), ("training", "BaselineTraining")])
def test_a_template_is_sound_and_runs(cursus, tmp_path, template, step):
    made = cursus("workspace", "create", "ada", "--template", template, "--format", "json", "-C", tmp_path)
    assert made.code == 0
    assert made.json["created"] is True
    assert {f for f in made.json["files"] if f.endswith(".step.yaml")}
    assert all((tmp_path / "developers/ada" / f).is_file() for f in made.json["files"])
    assert cursus("validate", "-C", tmp_path).code == 0
    assert cursus("workspace", "health-check", "--strict", "-C", tmp_path).code == 0
    assert cursus("runtime", "test-script", f"ada/{step}", "-C", tmp_path).code == 0


def test_dry_run_lists_what_create_makes(cursus, tmp_path):
    root = tmp_path / "root"
    dry = cursus("workspace", "create", "ada", "--template", "data", "--dry-run", "--format", "json", "-C", root)
    assert (dry.code, dry.json["created"]) == (0, False)
    assert not root.exists()
    made = cursus("workspace", "create", "ada", "--template", "data", "--format", "json", "-C", root)
    assert made.json["files"] == dry.json["files"]
    files = {str(p.relative_to(root / "developers/ada")) for p in (root / "developers/ada").rglob("*") if p.is_file()}
    assert files == set(dry.json["files"])


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_create_refuses_before_it_makes_anything(cursus, root, dry):
    before = contents(root)
    unknown = cursus("workspace", "create", "zoe", "--template", "trainig", *dry, "-C", root)
    assert unknown.code == USAGE
    assert "Did you mean 'training'?" in unknown.err
    existing = cursus("workspace", "create", "ada", *dry, "--format", "json", "-C", root)
    assert existing.code == USAGE
    assert existing.codes == {"workspace-exists"}
    unsafe = cursus("workspace", "create", "../zoe", *dry, "-C", root)
    assert unsafe.code == USAGE
    assert "is not a workspace id" in unsafe.err
    source = cursus("workspace", "create", "zoe", "--from-existing", "adaa", *dry, "-C", root)
    assert source.code == USAGE
    assert "Did you mean 'ada'?" in source.err
    core = cursus("workspace", "create", "zoe", "--from-existing", "core", *dry, "-C", root)
    assert core.code == USAGE
    both = cursus("workspace", "create", "zoe", "--from-existing", "ada", "--template", "data", *dry, "-C", root)
    assert both.code == USAGE
    assert "exclude each other" in both.err
    assert cursus("workspace", "create", *dry, "-C", root).code == USAGE
    assert contents(root) == before
    assert not list((root / ".cursus").glob("new-*"))


def test_create_from_existing(cursus, root):
    dry = cursus("workspace", "create", "zoe", "--from-existing", "ada", "--dry-run", "--format", "json", "-C", root)
    assert f"{STEPS}/scripts/clean_table.py" in dry.json["files"]
    assert cursus("workspace", "create", "zoe", "--from-existing", "ada", "--owner", "z@x", "-C", root).code == 0
    found = cursus("workspace", "info", "zoe", "--format", "json", "-C", root).json["workspaces"]
    assert [(w["workspace"], w["owner"], w["steps"]) for w in found] == [("zoe", "z@x", 1)]
    assert cursus("workspace", "health-check", "zoe", "--strict", "-C", root).code == 0


def test_a_source_with_a_link_is_refused_whole(cursus, root, tmp_path):
    (root / "developers/ada/tests/link").symlink_to(tmp_path)
    for dry in ((), ("--dry-run",)):
        done = cursus("workspace", "create", "zoe", "--from-existing", "ada", *dry, "--format", "json", "-C", root)
        assert done.code == USAGE
        assert done.codes == {"escapes-workspace"}
    assert not (root / "developers/zoe").exists()


def test_a_root_that_cannot_be_written(tmp_path):
    root = tmp_path / "root"
    (root / "developers").mkdir(parents=True)
    root.chmod(0o555)
    done = without_privileges("workspace", "create", "ada", "-C", root, cwd=tmp_path)
    root.chmod(0o755)
    assert done.returncode == USAGE, done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((root / "developers").iterdir()) == []


def test_a_root_that_is_a_file_or_a_single_workspace(cursus, tmp_path):
    (tmp_path / "file").write_text("")
    assert cursus("workspace", "create", "ada", "-C", tmp_path / "file").code == USAGE
    (tmp_path / "one" / STEPS).mkdir(parents=True)
    done = cursus("workspace", "create", "ada", "-C", tmp_path / "one")
    assert done.code == USAGE
    assert "single workspace" in done.err
    assert not (tmp_path / "one/developers").exists()


def test_interactive(cursus, tmp_path):
    refused = cursus("workspace", "create", "ada", "--interactive", "-C", tmp_path / "root")
    assert refused.code == USAGE
    assert "needs a terminal" in refused.err
    arguments = ["workspace", "create", "--interactive", "-C", tmp_path / "root"]
    code, shown = on_a_terminal(arguments, "ada\nnonsense\ndata\nada@example.com\n\n", tmp_path)
    assert code == 0, shown
    (found,) = cursus("workspace", "info", "--format", "json", "-C", tmp_path / "root").json["workspaces"]
    assert (found["workspace"], found["owner"], found["description"], found["steps"]) == (
        "ada",
        "ada@example.com",
        None,
        1,
    )
    code, _ = on_a_terminal(["workspace", "create", "--interactive", "-C", tmp_path / "other"], "\x04", tmp_path)
    assert code == INTERRUPTED
    assert not (tmp_path / "other").exists()


# Info and list


def test_info(cursus, example):
    done = cursus("workspace", "info", "--format", "json", "-C", example)
    assert done.code == 0
    told = done.json
    assert (told["form"], told["has_shared"], told["config_file"], told["findings"]) == ("multiple", False, None, [])
    assert told["pipelines"] == ["flight_delay"]
    risk = next(w for w in told["workspaces"] if w["workspace"] == "risk")
    assert (risk["layer"], risk["created"], risk["steps"]) == ("developer", "2025-01-15", 2)
    assert sum(risk["kinds"].values()) == risk["components"]
    assert risk["kinds"]["builder"] == 1
    assert risk["modules"] > 0
    assert risk["data_manifest"].endswith("data/data_manifest.yaml")
    text = cursus("workspace", "info", "risk", "-C", example)
    assert "risk-team@example.com" in text.out
    assert "ingest" not in text.out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cursus.toml", "[workspace]\ndeveloper_id = 'ada'\n"),
        ("pyproject.toml", "[tool.cursus.workspace]\ndeveloper_id = 'ada'\n"),
        ("workspace.json", '{"developer_id": "ada"}'),
        ("workspace.yaml", "developer_id: ada\n"),
    ],
)
def test_info_shows_settings(cursus, root, name, text):
    (root / name).write_text(text)
    told = cursus("workspace", "info", "--format", "json", "-C", root).json
    assert told["config_file"] == str(root / name)
    assert told["config"]["developer_id"] == "ada"
    assert told["config"]["workspace_root"] == str(root)
    assert "developer_id" in cursus("workspace", "info", "-C", root).out


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("cursus.toml", "[workspace", "unreadable-file"),
        ("workspace.json", '{"developer": "ada"}', "configuration"),
        ("workspace.yaml", "a: [", "malformed-yaml"),
    ],
)
def test_broken_settings_hide_nothing(cursus, root, name, text, code):
    (root / name).write_text(text)
    done = cursus("workspace", "info", "--format", "json", "-C", root)
    assert done.code == 0
    assert done.codes == {code}
    assert [w["workspace"] for w in done.json["workspaces"]] == ["ada", "bob"]
    health = cursus("workspace", "health-check", "--format", "json", "-C", root)
    assert (health.code, health.codes) == (FINDINGS, {code})


def test_info_of_the_single_form(cursus, tmp_path):
    scripts = tmp_path / "one" / STEPS / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "a.py").write_text("raise SystemExit(9)\n")
    told = cursus("workspace", "info", "--format", "json", "-C", tmp_path / "one").json
    assert told["form"] == "single"
    assert [(w["workspace"], w["modules"]) for w in told["workspaces"]] == [("default", 1)]
    assert cursus("workspace", "info", "ada", "-C", tmp_path / "one").code == USAGE


def test_info_of_broken_files(cursus, root):
    (root / "developers/ada/workspace.toml").write_text("owner = ")
    done = cursus("workspace", "info", "--format", "json", "-C", root)
    assert (done.code, done.codes) == (0, {"malformed-toml"})
    ada, bob = done.json["workspaces"]
    assert (ada["created"], ada["steps"], bob["findings"]) == (None, 1, [])


def test_unknown_workspace(cursus, root):
    for command in ("info", "health-check", "remove"):
        done = cursus("workspace", command, "adaa", "-C", root)
        assert done.code == USAGE, command
        assert "Did you mean 'ada'?" in done.err


def test_list_active(cursus, root):
    rows = cursus("workspace", "list", "--active", "--format", "json", "-C", root).json["workspaces"]
    assert [row["workspace"] for row in rows] == ["ada"]


def test_completion(cursus, root):
    for words in (
        "cursus workspace info ",
        "cursus validate --workspace ",
        "cursus runtime test-script S --workspace ",
    ):
        done = cursus(
            cwd=root,
            COMP_WORDS=words + "a",
            COMP_CWORD=str(len(words.split())),
            _CURSUS_COMPLETE="bash_complete",
        )
        assert done.out == "plain,ada\n", words


# Health


def test_a_healthy_root(cursus, root, example):
    for place in (root, example):
        done = cursus("workspace", "health-check", "--strict", "--format", "json", "-C", place)
        assert (done.code, done.json["ok"], done.json["findings"]) == (0, True, [])
    assert cursus("workspace", "health-check", "--format", "json", "-C", root).json["checked"] == ["ada", "bob"]


def test_a_root_without_a_workspace_is_not_well(cursus, tmp_path):
    (tmp_path / "root/developers").mkdir(parents=True)
    done = cursus("workspace", "health-check", "--format", "json", "-C", tmp_path / "root")
    assert (done.code, done.codes) == (FINDINGS, {"no-workspace"})


def test_broken_files_each_give_one_finding(cursus, root):
    ada = root / "developers/ada"
    (ada / "workspace.toml").write_text("owner = 'x'\n\ndescription = 3\n")
    (ada / OVERLAY).write_text("WORKSPACE_STEPS = {'X': 1}\n")
    (ada / "data/data_manifest.yaml").write_text("scripts:\n  a:\n    b: {pth: x}\n")
    (ada / STEPS / "builders/__init__.py").unlink()
    (root / "developers/evil").symlink_to("/")
    (root / "developers/half").mkdir()
    done = cursus("workspace", "health-check", "--format", "json", "-C", root)
    assert done.code == FINDINGS
    found = {f["code"]: f for f in done.json["findings"]}
    assert set(found) == {
        "invalid-settings",
        "invalid-overlay",
        "invalid-data-manifest",
        "missing-file",
        "escapes-workspace",
        "not-a-workspace",
    }
    assert len(done.json["findings"]) == len(found)
    assert (found["invalid-settings"]["file"], found["invalid-settings"]["line"]) == (str(ada / "workspace.toml"), 3)
    assert found["invalid-data-manifest"]["line"] == 3
    assert all(f["hint"] for f in found.values())
    only = cursus("workspace", "health-check", "bob", "--format", "json", "-C", root)
    assert (only.code, only.json["checked"]) == (0, ["bob"])


def test_strict(cursus, root):
    shutil.rmtree(root / "developers/bob" / STEPS / "specs")
    (root / "developers/bob" / STEPS / "scripts/BadName.py").write_text("")
    (root / "developers/ada/data/table/sample.csv").unlink()
    (root / "developers/ada/data/table").rmdir()
    assert cursus("workspace", "health-check", "-C", root).code == 0
    done = cursus("workspace", "health-check", "--strict", "--format", "json", "-C", root)
    assert done.code == FINDINGS
    assert done.codes == {"missing-file", "naming", "data-file-missing"}


def test_fix(cursus, root):
    bob = root / "developers/bob"
    whole = contents(root)
    shutil.rmtree(bob / STEPS / "specs")
    (bob / STEPS / "builders/__init__.py").unlink()
    (bob / "workspace.toml").unlink()
    (bob / STEPS / "helper.py").write_text("import os\nos._exit(3)\n")
    before = contents(root)
    dry = cursus("workspace", "health-check", "--fix", "--dry-run", "--format", "json", "-C", root)
    assert dry.code == FINDINGS
    assert contents(root) == before
    fixed = cursus("workspace", "health-check", "--fix", "--strict", "--format", "json", "-C", root)
    assert (fixed.code, fixed.json["findings"]) == (0, [])
    assert [r["path"] for r in fixed.json["repairs"]] == [r["path"] for r in dry.json["repairs"]]
    assert {r["action"] for r in fixed.json["repairs"]} == {"added"}
    after = contents(root)
    assert {k: v for k, v in after.items() if k in before} == before
    assert set(after) == set(whole) | set(before)
    again = cursus("workspace", "health-check", "--fix", "--format", "json", "-C", root)
    assert (again.code, again.json["repairs"]) == (0, [])
    assert contents(root) == after


def test_a_folder_becomes_a_workspace_only_when_it_is_named(cursus, root):
    (root / "developers/notes").mkdir()
    (root / "developers/notes/todo.txt").write_text("mine")
    assert cursus("workspace", "health-check", "--fix", "-C", root).code == FINDINGS
    assert [p.name for p in (root / "developers/notes").iterdir()] == ["todo.txt"]
    assert cursus("workspace", "health-check", "notes", "--fix", "--strict", "-C", root).code == 0
    assert (root / "developers/notes/todo.txt").read_text() == "mine"
    assert "notes" in cursus("workspace", "list", "-C", root).out


def test_what_fix_cannot_mend_stays_a_finding(cursus, root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "developers/ada/workspace.toml").write_text("owner = ")
    shutil.rmtree(root / "developers/bob/src")
    (root / "developers/bob/src").symlink_to(outside)
    done = cursus("workspace", "health-check", "--fix", "--format", "json", "-C", root)
    assert done.code == FINDINGS
    assert "malformed-toml" in done.codes
    assert list(outside.iterdir()) == []
    named = cursus("workspace", "health-check", "bob", "--fix", "-C", root)
    assert named.code in (FINDINGS, USAGE)
    assert list(outside.iterdir()) == []


def test_leftovers_of_interrupted_commands(cursus, root):
    cache = root / ".cursus"
    (cache / "new-abcd/developers/zoe").mkdir(parents=True)
    (cache / "removed-abcd/zoe").mkdir(parents=True)
    held = cache / "new-held"
    held.mkdir()
    handle = os.open(held, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as a command that is still at work
    done = cursus("workspace", "health-check", "--format", "json", "-C", root)
    assert (done.code, done.codes, len(done.json["findings"])) == (FINDINGS, {"leftover"}, 2)
    fixed = cursus("workspace", "health-check", "--fix", "--format", "json", "-C", root)
    assert fixed.code == 0
    assert {r["action"] for r in fixed.json["repairs"]} == {"deleted"}
    assert sorted(p.name for p in cache.glob("new-*")) == ["new-held"]
    os.close(handle)


def test_a_cache_that_cannot_be_used(cursus, root):
    database = root / ".cursus/index.sqlite"
    database.write_bytes(b"no database at all" * 100)
    done = cursus("workspace", "health-check", "--format", "json", "-C", root)
    assert (done.code, done.codes) == (FINDINGS, {"unusable-cache"})
    assert cursus("workspace", "health-check", "--fix", "-C", root).code == 0
    assert not database.exists()


def test_health_check_usage(cursus, root):
    assert cursus("workspace", "health-check", "--dry-run", "-C", root).code == USAGE
    core = cursus("workspace", "health-check", "core", "-C", root)
    assert core.code == USAGE
    assert "bundled steps" in core.err


# Remove


def test_remove_keeps_an_archive(cursus, root):
    ada = root / "developers/ada"
    (ada / "tests/link").symlink_to("/nowhere")
    before = contents(ada)
    dry = cursus("workspace", "remove", "ada", "--dry-run", "--format", "json", "-C", root)
    assert (dry.code, dry.json["removed"]) == (0, False)
    assert contents(ada) == before
    done = cursus("workspace", "remove", "ada", "--yes", "--format", "json", "-C", root)
    assert (done.code, done.json["removed"]) == (0, True)
    assert done.json["backup"] == dry.json["backup"] == str(root / ".cursus/removed/ada.tar.gz")
    assert not ada.exists()
    assert not list((root / ".cursus").glob("remov*-*"))
    assert cursus("workspace", "list", "--format", "json", "-C", root).json["workspaces"][0]["workspace"] == "bob"
    with tarfile.open(done.json["backup"]) as archive:
        archive.extractall(root / "developers", filter="tar")
    assert contents(ada) == before
    again = cursus("workspace", "remove", "ada", "--yes", "--format", "json", "-C", root)
    assert again.json["backup"].endswith("ada-2.tar.gz")


def test_remove_without_or_with_another_backup(cursus, root, tmp_path):
    kept = cursus("workspace", "remove", "ada", "--yes", "--backup-dir", tmp_path / "kept" / "here", "-C", root)
    assert kept.code == 0
    assert tarfile.is_tarfile(tmp_path / "kept/here/ada.tar.gz")
    assert cursus("workspace", "remove", "bob", "--yes", "--no-backup", "-C", root).code == 0
    assert list((root / "developers").iterdir()) == []
    assert not (root / ".cursus/removed").exists()


def test_remove_tells_which_pipelines_need_it(cursus, example):
    done = cursus("workspace", "remove", "ingest", "--dry-run", "--format", "json", "-C", example)
    (finding,) = done.json["findings"]
    assert (finding["code"], Path(finding["file"]).name) == ("workspace-in-use", "flight_delay.yaml")
    assert finding["line"]


def test_remove_refuses(cursus, root, tmp_path):
    before = contents(root)
    asked = cursus("workspace", "remove", "ada", "--format", "json", "-C", root)
    assert (asked.code, asked.codes) == (REFUSED, {"refused"})
    for name in ("core", "shared"):
        assert cursus("workspace", "remove", name, "--yes", "-C", root).code == REFUSED
    for name in ("../root", "/", "ada/../bob", ""):
        assert cursus("workspace", "remove", name, "--yes", "-C", root).code == USAGE, name
    inside = cursus("workspace", "remove", "ada", "--yes", "--backup-dir", root / "developers/ada/tests", "-C", root)
    assert inside.code == USAGE
    both = cursus("workspace", "remove", "ada", "--yes", "--backup-dir", tmp_path, "--no-backup", "-C", root)
    assert both.code == USAGE
    assert cursus("workspace", "remove", "ada", "--yes", "--dry-run", "-C", root).code == USAGE
    assert contents(root) == before
    (tmp_path / "one" / STEPS).mkdir(parents=True)
    single = cursus("workspace", "remove", "default", "--yes", "-C", tmp_path / "one")
    assert single.code == REFUSED
    assert (tmp_path / "one" / STEPS).is_dir()


def test_remove_follows_no_link(cursus, root, tmp_path):
    outside = tmp_path / "outside"
    shutil.copytree(root / "developers/ada", outside / "ada")
    before = contents(outside)
    (root / "developers/link").symlink_to(outside / "ada")
    linked = cursus("workspace", "remove", "link", "--yes", "--format", "json", "-C", root)
    assert (linked.code, linked.codes) == (USAGE, {"escapes-workspace"})
    (tmp_path / "other").mkdir()
    (tmp_path / "other/developers").symlink_to(outside)
    through = cursus("workspace", "remove", "ada", "--yes", "--format", "json", "-C", tmp_path / "other")
    assert (through.code, through.codes) == (USAGE, {"escapes-workspace"})
    (root / "developers/bob/tests/link").symlink_to(outside)
    assert cursus("workspace", "remove", "bob", "--yes", "-C", root).code == 0
    assert contents(outside) == before


def test_remove_asks_on_a_terminal(root, tmp_path):
    code, shown = on_a_terminal(["workspace", "remove", "ada", "-C", root], "n\n", tmp_path)
    assert code == REFUSED
    assert "Remove" in shown
    assert (root / "developers/ada").is_dir()
    code, _ = on_a_terminal(["workspace", "remove", "ada", "-C", root], "y\n", tmp_path)
    assert code == 0
    assert not (root / "developers/ada").exists()


def test_what_cannot_be_backed_up_is_not_removed(root, tmp_path):
    secret = root / "developers/ada/secret.txt"
    secret.write_text("mine")
    secret.chmod(0)
    before = sorted(p.name for p in (root / "developers/ada").rglob("*"))
    done = without_privileges("workspace", "remove", "ada", "--yes", "-C", root, cwd=tmp_path)
    assert done.returncode == USAGE, done.stderr
    assert "ada/secret.txt cannot be backed up" in done.stderr
    assert sorted(p.name for p in (root / "developers/ada").rglob("*")) == before
    assert [p.name for p in (root / ".cursus").rglob("*") if p.name.startswith(("remov", ".ada"))] == ["removed"]


def test_a_removal_that_is_killed_loses_nothing(cursus, root):
    ada = root / "developers/ada"
    with (ada / "data/large.bin").open("wb") as large:
        for _ in range(60):
            large.write(os.urandom(1 << 20))
    process = subprocess.Popen([str(COMMAND), "workspace", "remove", "ada", "--yes", "-C", str(root)])
    while ada.exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert not ada.exists()
    assert cursus("workspace", "list", "--format", "json", "-C", root).code == 0
    done = cursus("workspace", "health-check", "--format", "json", "-C", root)
    assert (done.code, done.codes) == (FINDINGS, {"interrupted-removal", "leftover"})
    assert any("still holds ada" in f["message"] for f in done.json["findings"])
    fixed = cursus("workspace", "health-check", "--fix", "--format", "json", "-C", root)
    assert fixed.code == 0
    assert {"action": "restored", "path": str(ada), "done": True} in fixed.json["repairs"]
    assert list((root / ".cursus/removed").iterdir()) == []
    assert (ada / "data/large.bin").stat().st_size == 60 << 20
    assert json.loads(cursus("workspace", "list", "--format", "json", "-C", root).out)["workspaces"][0]["steps"] == 1
