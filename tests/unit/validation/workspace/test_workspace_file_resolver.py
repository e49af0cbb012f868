from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import CursusError
from cursus.validation.alignment.file_resolver import FlexibleFileResolver
from cursus.validation.workspace import DeveloperWorkspaceFileResolver
from cursus.workspace.layout import core_workspace
from cursus.workspace.scaffold import create_shared, create_workspace

STEPS = "src/cursus_dev/steps"


def put(workspace: Path, *names: str) -> None:
    for name in names:
        (workspace / STEPS / name).write_text("")


@pytest.fixture
def root(tmp_path):
    alice, bob, shared = create_workspace(tmp_path, "alice"), create_workspace(tmp_path, "bob"), create_shared(tmp_path)
    put(alice, "contracts/own_contract.py", "contracts/xgb_training_contract.py", "scripts/both.py")
    put(bob, "contracts/bobs_contract.py")
    put(shared, "contracts/common_contract.py", "contracts/xgboost_training_contract.py", "scripts/both.py")
    put(shared, "specs/common_spec.py", "builders/builder_common_step.py", "configs/config_common_step.py")
    return tmp_path


def test_own_then_shared_and_nobody_elses(root):
    resolver = DeveloperWorkspaceFileResolver(str(root), "alice")
    assert isinstance(resolver, FlexibleFileResolver)
    own, shared = root / "developers/alice" / STEPS, root / "shared" / STEPS
    assert resolver.find_contract_file("own") == str(own / "contracts/own_contract.py")
    assert resolver.find_script_file("both") == str(own / "scripts/both.py")
    assert resolver.find_contract_file("common") == str(shared / "contracts/common_contract.py")
    assert resolver.find_spec_file("common") == str(shared / "specs/common_spec.py")
    assert resolver.find_builder_file("common") == str(shared / "builders/builder_common_step.py")
    assert resolver.find_config_file("common") == str(shared / "configs/config_common_step.py")
    assert resolver.find_contract_file("bobs") is None
    assert resolver.find_contract_file("commo") is None


def test_exact_in_shared_goes_before_an_alias_in_own(root):
    resolver = DeveloperWorkspaceFileResolver(root, "alice")
    assert resolver.find_contract_file("xgboost_training").startswith(str(root / "shared"))
    assert resolver.find_contract_file("xgb_training").startswith(str(root / "developers/alice"))


def test_without_fallback(root):
    resolver = DeveloperWorkspaceFileResolver(root, "alice", enable_shared_fallback=False)
    assert resolver.find_contract_file("common") is None
    assert resolver.find_contract_file("xgboost_training").startswith(str(root / "developers/alice"))
    assert resolver.shared_contracts_dir is None


def test_folders_and_info(root):
    resolver = DeveloperWorkspaceFileResolver(root, "alice")
    for kind in ("contracts", "specs", "builders", "scripts", "configs"):
        assert getattr(resolver, f"{kind}_dir") == root / "developers/alice" / STEPS / kind
        assert getattr(resolver, f"shared_{kind}_dir") == root / "shared" / STEPS / kind
    assert resolver.get_workspace_info() == {
        "workspace_mode": True,
        "workspace_root": str(root),
        "developer_id": "alice",
        "enable_shared_fallback": True,
        "developer_workspace_exists": True,
        "shared_workspace_exists": True,
    }
    report = resolver.get_available_files_report()
    assert report["contracts"]["base_names"] == ["own", "xgb_training"]
    assert report["shared_contracts"]["base_names"] == ["common", "xgboost_training"]


def test_switching(root):
    resolver = DeveloperWorkspaceFileResolver(root, "alice")
    assert resolver.list_available_developers() == ["alice", "bob"]
    assert resolver.find_contract_file("own") is not None
    resolver.switch_developer("bob")
    assert resolver.developer_id == "bob"
    assert resolver.find_contract_file("own") is None
    assert resolver.find_contract_file("bobs") is not None
    assert resolver.contracts_dir == root / "developers/bob" / STEPS / "contracts"
    with pytest.raises(ValueError, match="does not exist"):
        resolver.switch_developer("carol")
    assert resolver.developer_id == "bob"
    assert resolver.find_contract_file("bobs") is not None


def test_without_a_root_the_bundled_steps_are_looked_at():
    resolver = DeveloperWorkspaceFileResolver()
    assert (resolver.workspace_mode, resolver.developer_id, resolver.enable_shared_fallback) == (False, None, False)
    assert resolver.list_available_developers() == []
    assert resolver.scripts_dir == core_workspace().steps_dir / "scripts"
    assert resolver.get_workspace_info()["workspace_root"] is None


def test_without_a_developer_only_shared_is_looked_at(root):
    resolver = DeveloperWorkspaceFileResolver(root)
    assert resolver.find_contract_file("own") is None
    assert resolver.find_contract_file("common") is not None
    assert resolver.contracts_dir is None


def test_single_form(tmp_path):
    (tmp_path / STEPS / "scripts").mkdir(parents=True)
    put(tmp_path, "scripts/a.py")
    resolver = DeveloperWorkspaceFileResolver(tmp_path)
    assert resolver.developer_id == "default"
    assert resolver.find_script_file("a") == str(tmp_path / STEPS / "scripts/a.py")
    assert resolver.list_available_developers() == ["default"]


def test_missing_and_unsafe(root, tmp_path):
    with pytest.raises(ValueError, match="does not exist"):
        DeveloperWorkspaceFileResolver(root / "nowhere", "alice")
    with pytest.raises(ValueError, match=r"does not exist.*Did you mean 'alice'"):
        DeveloperWorkspaceFileResolver(root, "alicia")
    (root / "empty").mkdir()
    with pytest.raises(ValueError, match="holds neither developers/ nor shared/"):
        DeveloperWorkspaceFileResolver(root / "empty", "alice")
    for name in ("../alice", "/etc", "a\0", ""):
        with pytest.raises(ValueError, match="is not a workspace id") as caught:
            DeveloperWorkspaceFileResolver(root, name)
        assert isinstance(caught.value, CursusError)


def test_links_out_of_the_root_are_not_followed(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    elsewhere = create_workspace(outside, "eve")
    put(elsewhere, "scripts/evil.py")
    (root / "developers/eve").symlink_to(elsewhere)
    with pytest.raises(ValueError, match="does not exist"):
        DeveloperWorkspaceFileResolver(root, "eve")
    (root / "developers/alice" / STEPS / "scripts/evil.py").symlink_to(elsewhere / STEPS / "scripts/evil.py")
    assert DeveloperWorkspaceFileResolver(root, "alice").find_script_file("evil") is None


def test_replaced_folder(root, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/own_contract.py").write_text("")
    resolver = DeveloperWorkspaceFileResolver(root, "alice", contracts=tmp_path / "mine")
    assert resolver.find_contract_file("own") == str(tmp_path / "mine/own_contract.py")
    assert resolver.contracts_dir == tmp_path / "mine"
