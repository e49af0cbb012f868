"""What can be wrong with one file; each says so by its own code."""

from __future__ import annotations

from cursus.errors import FileError


class MissingFile(FileError):
    """The file is not there (any more)."""

    code = "missing-file"


class EscapesWorkspace(FileError):
    """The file is reached through a link that leads out of its workspace."""

    code = "escapes-workspace"


class TooLarge(FileError):
    """The file is larger than anything of its kind should be."""

    code = "file-too-large"


class TooCostly(FileError):
    """Reading the file took too much time, memory or nesting, and was given up."""

    code = "too-costly"


class SyntaxFault(FileError):
    """The file is not Python."""

    code = "syntax-error"


class MalformedYaml(FileError):
    """The file is not YAML, or uses a part of YAML that is not accepted here."""

    code = "malformed-yaml"


class MalformedToml(FileError):
    """The file is not TOML."""

    code = "malformed-toml"


class InvalidManifest(FileError):
    """The file is YAML but not a step manifest."""

    code = "invalid-manifest"


class InvalidContract(FileError):
    """The module states no contract, several, or a wrong one."""

    code = "invalid-contract"


class InvalidSpec(FileError):
    """The module states no specification, several, or a wrong one."""

    code = "invalid-spec"


class InvalidOverlay(FileError):
    """The registry overlay has a row that cannot be used."""

    code = "invalid-overlay"


class InvalidSettings(FileError):
    """A settings file has a value of the wrong type."""

    code = "invalid-settings"
