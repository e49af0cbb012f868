"""What settings may say, and what is said about those that are wrong."""

from __future__ import annotations

import pytest

from cursus.errors import ConfigurationError, FileError
from cursus.model.finding import Severity
from cursus.validation.check.level import Level
from cursus.validation.checks import CHECKS
from cursus.validation.engine import Settings, read_settings


def test_without_a_file(tmp_path) -> None:
    assert read_settings(tmp_path, CHECKS) == Settings()


def test_every_setting(tmp_path) -> None:
    (tmp_path / "cursus.toml").write_text(
        """
        [workspace]
        developer_id = "a"
        [validation]
        select = ["unused-input", "naming"]
        ignore = ["naming"]
        strict = true
        skip-levels = [4, "contract-spec"]
        baseline = "sub/baseline.json"
        severity = { unused-input = "error", unknown-port = "info" }
        [validation.per-file-ignores]
        "*/generated_*.py" = ["unused-input"]
        """
    )
    settings = read_settings(tmp_path, CHECKS)
    assert settings.source == tmp_path / "cursus.toml"
    assert settings.select == {"unused-input", "naming"}
    assert settings.ignore == {"naming"}
    assert settings.strict
    assert settings.skip_levels == {Level.BUILDER_CONFIG, Level.CONTRACT_SPEC}
    assert settings.baseline == tmp_path / "sub/baseline.json"
    assert settings.severity == {"unused-input": Severity.ERROR, "unknown-port": Severity.INFO}
    assert settings.ignoring("developers/a/generated_x.py", "unused-input") == "*/generated_*.py"
    assert settings.ignoring("developers/a/generated_x.py", "naming") is None
    assert settings.ignoring("developers/a/x.py", "unused-input") is None


def test_pyproject_is_read_where_cursus_toml_has_no_table(tmp_path) -> None:
    (tmp_path / "cursus.toml").write_text("[workspace]\n")
    (tmp_path / "pyproject.toml").write_text("[tool.cursus.validation]\nstrict = true\n")
    assert read_settings(tmp_path, CHECKS).strict
    (tmp_path / "cursus.toml").write_text("[validation]\n")
    assert not read_settings(tmp_path, CHECKS).strict


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cursus.toml", "[validate]\nstrict = true\n", "no table 'validate'. Did you mean 'validation'?"),
        ("cursus.toml", "[tool.cursus.validation]\nstrict = true\n", "no table 'tool'"),
        ("cursus.toml", "strict = true\n", "no table 'strict'"),
        ("pyproject.toml", "[tool.cursus.validations]\nstrict = true\n", "Did you mean 'validation'?"),
    ],
)
def test_settings_at_the_wrong_place_are_not_overlooked(tmp_path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(tmp_path, CHECKS)
    assert words in caught.value.message
    assert caught.value.file == tmp_path / name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strikt = true", ["there is no setting 'strikt'", "'strict'"]),
        ("strict = 1", ["'strict' is true or false", "1"]),
        ("ignore = 'naming'", ["'ignore' is a list of codes"]),
        ("ignore = ['namin']", ["'namin'", "'naming'"]),
        ("skip-levels = ['5']", ["'5'"]),
        ("severity = { naming = 'fatal' }", ["severity.naming", "error, warning, info"]),
        ("severity = { namig = 'info' }", ["'namig'"]),
        ("baseline = 3", ["'baseline' is a text"]),
        ("per-file-ignores = { '*' = ['x'] }", ["per-file-ignores.*", "'x'"]),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, words) -> None:
    (tmp_path / "cursus.toml").write_text(f"[validation]\n{text}\n")
    with pytest.raises(ConfigurationError) as error:
        read_settings(tmp_path, CHECKS)
    assert error.value.file == tmp_path / "cursus.toml"
    assert error.value.hint
    assert all(word in error.value.message for word in ["cursus.toml", *words]), error.value.message


def test_a_table_that_is_none(tmp_path) -> None:
    (tmp_path / "cursus.toml").write_text("validation = 3\n")
    with pytest.raises(ConfigurationError):
        read_settings(tmp_path, CHECKS)


def test_a_file_that_is_no_toml(tmp_path) -> None:
    (tmp_path / "cursus.toml").write_text("[validation\n")
    with pytest.raises(FileError) as error:
        read_settings(tmp_path, CHECKS)
    assert error.value.line == 1
