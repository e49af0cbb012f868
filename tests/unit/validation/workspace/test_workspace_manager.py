from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from cursus.errors import ConfigurationError, FileError, UsageError
from cursus.validation.workspace import DeveloperInfo, WorkspaceConfig, WorkspaceInfo, WorkspaceManager
from cursus.workspace.root import ROOT_VARIABLE

STEPS = "src/cursus_dev/steps"


@pytest.fixture(autouse=True)
def nowhere(tmp_path_factory, monkeypatch):
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))


@pytest.fixture
def manager(tmp_path):
    manager = WorkspaceManager(tmp_path)
    for name in ("bob", "alice"):
        manager.create_developer_workspace(name)
    steps = tmp_path / "developers/alice" / STEPS
    for name in ("builders/builder_a_step.py", "contracts/a_contract.py", "scripts/a.py", "specs/a_spec.py"):
        (steps / name).write_text("")
    return manager


# Discovery


def test_discovery(manager, tmp_path):
    info = manager.discover_workspaces()
    assert isinstance(info, WorkspaceInfo)
    assert (info.workspace_root, info.has_shared, info.config_file) == (str(tmp_path), False, None)
    assert [d.developer_id for d in info.developers] == ["alice", "bob"]
    assert (info.total_developers, info.total_modules) == (2, 3)
    alice = info.workspaces["alice"]
    assert alice.workspace_path == str(tmp_path / "developers/alice")
    assert (alice.has_builders, alice.has_contracts, alice.has_specs, alice.has_scripts, alice.has_configs) == (
        True,
    ) * 5
    assert alice.module_count == 3
    assert alice.last_modified is not None
    assert alice.last_modified.endswith("+00:00")
    assert manager.workspace_info == info
    manager.create_shared_workspace()
    assert manager.discover_workspaces().has_shared


def test_developers_without_some_folders(tmp_path):
    (tmp_path / "developers/alice" / STEPS / "scripts").mkdir(parents=True)
    (tmp_path / "developers/no_steps").mkdir()
    (info,) = WorkspaceManager(tmp_path).discover_workspaces().developers
    assert (info.has_scripts, info.has_builders, info.module_count, info.last_modified) == (True, False, 0, None)


def test_summary(manager, tmp_path):
    summary = manager.get_workspace_summary()
    flags = {f"has_{kind}": True for kind in ("builders", "contracts", "specs", "scripts", "configs")}
    assert summary == {
        "workspace_root": str(tmp_path),
        "has_shared": False,
        "total_developers": 2,
        "total_modules": 3,
        "config_file": None,
        "developers": [
            {"developer_id": "alice", "module_count": 3, **flags},
            {"developer_id": "bob", "module_count": 0, **flags},
        ],
    }
    assert manager.list_available_developers() == ["alice", "bob"]


def test_single_form(tmp_path):
    (tmp_path / STEPS / "scripts").mkdir(parents=True)
    manager = WorkspaceManager(tmp_path)
    assert manager.list_available_developers() == ["default"]
    assert manager.get_file_resolver().developer_id == "default"


def test_root_is_looked_for(manager, tmp_path, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    assert WorkspaceManager().workspace_root == tmp_path
    monkeypatch.delenv(ROOT_VARIABLE)
    monkeypatch.chdir(tmp_path / "developers/alice")
    assert WorkspaceManager().workspace_root == tmp_path


def test_no_root(tmp_path):
    manager = WorkspaceManager()
    assert manager.workspace_root is None
    for call in (manager.discover_workspaces, manager.list_available_developers, manager.get_file_resolver):
        with pytest.raises(ValueError, match="is not a workspace root"):
            call()
    with pytest.raises(ValueError, match="is not a workspace root"):
        manager.create_developer_workspace("alice")
    assert manager.validate_workspace_structure() == (False, ["No workspace root was found or named."])


# Making


def test_creation_makes_the_root(tmp_path):
    root = tmp_path / "new/root"
    manager = WorkspaceManager(root)
    assert manager.workspace_info is None
    assert manager.create_developer_workspace("alice") == root / "developers/alice"
    assert manager.workspace_info is not None
    assert manager.workspace_info.total_developers == 1
    with pytest.raises(ValueError, match="already exists"):
        manager.create_developer_workspace("alice")
    with pytest.raises(ValueError, match="is not a workspace id"):
        manager.create_developer_workspace("../x")


def test_creation_in_a_given_root(tmp_path):
    manager = WorkspaceManager()
    path = manager.create_developer_workspace("alice", workspace_root=str(tmp_path), create_structure=False)
    assert (path, list(path.iterdir())) == (tmp_path / "developers/alice", [])
    assert manager.workspace_root == tmp_path


def test_shared_is_idempotent(tmp_path):
    manager = WorkspaceManager(tmp_path)
    assert manager.create_shared_workspace() == manager.create_shared_workspace() == tmp_path / "shared"


def test_copy(manager, tmp_path):
    path = manager.create_developer_workspace("carol", from_existing="alice", owner="c@example.com")
    assert (path / STEPS / "scripts/a.py").is_file()
    with pytest.raises(ValueError, match="'zoe' does not exist"):
        manager.create_developer_workspace("dave", from_existing="zoe")


# Resolver and loader


def test_resolver_and_loader(manager):
    assert manager.get_file_resolver("alice").find_script_file("a") is not None
    assert manager.get_file_resolver("bob", enable_shared_fallback=False).enable_shared_fallback is False
    assert manager.get_module_loader("alice").developer_id == "alice"
    with pytest.raises(ValueError, match="does not exist"):
        manager.get_file_resolver("carol")


# Structure


def test_structure_of_a_complete_root(manager, tmp_path):
    assert manager.validate_workspace_structure() == (True, [])
    strict, issues = manager.validate_workspace_structure(strict=True)
    assert (strict, issues) == (True, [])


def test_structure_issues(tmp_path):
    manager = WorkspaceManager(tmp_path / "absent")
    assert manager.validate_workspace_structure() == (False, [f"Workspace root does not exist: {tmp_path / 'absent'}"])
    ok, issues = manager.validate_workspace_structure(tmp_path)
    assert (ok, len(issues)) == (False, 1)
    assert "neither developers/ nor shared/" in issues[0]
    (tmp_path / "developers").mkdir()
    assert manager.validate_workspace_structure(tmp_path) == (True, [])
    ok, issues = manager.validate_workspace_structure(tmp_path, strict=True)
    assert issues == [f"There is no developer workspace in {tmp_path}."]


def test_structure_of_broken_workspaces(manager, tmp_path):
    (tmp_path / "developers/half").mkdir()
    (tmp_path / "developers/bad name").mkdir()
    (tmp_path / "developers/alice/workspace.toml").write_text("owner = ")
    (tmp_path / "developers/bob" / STEPS / "scripts/BadName.py").write_text("")
    (tmp_path / "developers/bob" / STEPS / "builders/__init__.py").unlink()
    ok, issues = manager.validate_workspace_structure()
    assert not ok
    assert len(issues) == 3
    for part in ("half", "bad name", "workspace.toml"):
        assert any(part in issue for issue in issues)
    ok, issues = manager.validate_workspace_structure(strict=True)
    assert len(issues) == 5
    assert f"bob: {STEPS}/builders/__init__.py is missing." in issues
    assert any("BadName.py" in issue for issue in issues)


# Settings


def test_models_refuse_what_they_do_not_know():
    with pytest.raises(ValidationError):
        WorkspaceConfig(workspace_root="x", other=1)
    with pytest.raises(ValidationError):
        DeveloperInfo(developer_id="a", workspace_path="x", other=1)
    with pytest.raises(ValidationError):
        WorkspaceInfo(workspace_root="x", other=1)


@pytest.mark.parametrize(
    "name", ["workspace.json", "workspace.yaml", ".workspace.yaml", "workspace.yml", "cursus.toml"]
)
def test_settings_round_trip(manager, tmp_path, name):
    settings = {"strict_validation": True, "max_workers": 2, "target_scripts": ["a", 'b"c'], "nested": {"k y": 1.5}}
    config = WorkspaceConfig(
        workspace_root=str(tmp_path), developer_id="alice", enable_shared_fallback=False, validation_settings=settings
    )
    assert manager.save_config(tmp_path / name, config) == tmp_path / name
    again = WorkspaceManager(tmp_path)
    assert again.config == config
    assert again.config_file == tmp_path / name
    assert again.get_file_resolver().developer_id == "alice"
    assert again.get_file_resolver().enable_shared_fallback is False
    assert again.get_workspace_summary()["config_file"] == str(tmp_path / name)
    assert again.save_config() == tmp_path / name
    assert WorkspaceManager(config_file=tmp_path / name).workspace_root == tmp_path


def test_default_settings_file(manager, tmp_path):
    assert manager.save_config() == tmp_path / "workspace.json"
    assert json.loads((tmp_path / "workspace.json").read_text())["workspace_root"] == str(tmp_path)


def test_relative_root_is_seen_from_the_file(manager, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/settings.json").write_text('{"workspace_root": ".."}')
    assert WorkspaceManager(config_file=tmp_path / "etc/settings.json").workspace_root == tmp_path
    (tmp_path / "workspace.json").write_text('{"developer_id": "bob"}')
    assert WorkspaceManager(tmp_path).get_module_loader().developer_id == "bob"


def test_pyproject_is_read_and_not_rewritten(manager, tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text("[project]\nname = 'x'\n")
    assert WorkspaceManager(tmp_path).config is None
    path.write_text("[tool.cursus.workspace]\ndeveloper_id = 'bob'\ncache_modules = false\n")
    again = WorkspaceManager(tmp_path)
    assert again.get_module_loader().cache_modules is False
    with pytest.raises(UsageError, match="not rewritten"):
        again.save_config()
    (tmp_path / "cursus.toml").write_text("[validate]\nstrict = true\n")
    with pytest.raises(UsageError, match="not rewritten"):
        again.save_config(tmp_path / "cursus.toml")


def test_auto_create(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "workspace.json").write_text('{"developer_id": "carol", "auto_create_structure": true}')
    assert WorkspaceManager(tmp_path).get_file_resolver().developer_id == "carol"
    with pytest.raises(ValueError, match="does not exist"):
        WorkspaceManager(tmp_path).get_file_resolver("dave")


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("workspace.json", "{", FileError, "is not JSON"),
        ("workspace.json", "[1]", ConfigurationError, "not a list"),
        (
            "workspace.json",
            '{"developer": "x"}',
            ConfigurationError,
            "no setting 'developer'. Did you mean 'developer_id'",
        ),
        ("workspace.json", '{"cache_modules": "perhaps"}', ConfigurationError, "setting 'cache_modules'"),
        ("workspace.json", "[" * 100_000, FileError, "is not JSON"),
        ("workspace.yaml", "a: [", FileError, "is not YAML|not valid|YAML"),
        ("cursus.toml", "a = ", FileError, "is not TOML"),
        ("cursus.toml", "[workspace]\nx = 1\n", ConfigurationError, "no setting 'x'"),
    ],
)
def test_broken_settings(tmp_path, name, text, error, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(error, match=message) as caught:
        WorkspaceManager(tmp_path)
    assert caught.value.file == tmp_path / name


def test_settings_file_that_is_absent_or_of_no_known_kind(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        WorkspaceManager(tmp_path, config_file=tmp_path / "absent.json")
    with pytest.raises(ConfigurationError, match="no settings file"):
        WorkspaceManager(tmp_path, config_file=Path("settings.ini"))
    with pytest.raises(ConfigurationError, match="no settings file"):
        WorkspaceManager(tmp_path).save_config("settings.ini")
