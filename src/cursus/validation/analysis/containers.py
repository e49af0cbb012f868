"""The directories of a SageMaker container."""

from __future__ import annotations

from functools import lru_cache

PROCESSING_INPUT = "/opt/ml/processing/input"
PROCESSING_OUTPUT = "/opt/ml/processing/output"
PROCESSING_CODE = "/opt/ml/processing/input/code"
TRAINING_INPUT = "/opt/ml/input/data"
TRAINING_MODEL = "/opt/ml/model"
TRAINING_OUTPUT = "/opt/ml/output/data"

# Made by SageMaker itself, so a script may use them without declaring them.
_PROVIDED = (
    PROCESSING_CODE,
    "/opt/ml/code",
    "/opt/ml/config",
    "/opt/ml/failure",
    "/opt/ml/input/config",
    "/opt/ml/output/failure",
    "/opt/ml/output/message",
    "/opt/ml/processing/config",
)
_PROVIDED_BESIDES = (TRAINING_MODEL, TRAINING_OUTPUT, "/opt/ml/checkpoints", "/opt/ml/output/metrics")


def provided(sagemaker_type: str | None) -> tuple[str, ...]:
    """The folders that are there in every container of a step of that kind; uploaded from a processing job is nothing
    but its declared outputs."""
    processing = sagemaker_type is not None and sagemaker_type.endswith(("Processing", "DataLoading"))
    return _PROVIDED if processing else (*_PROVIDED, *_PROVIDED_BESIDES)


def within(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it."""
    return is_below(path, folder) or parts(path) == parts(folder)


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` lies below ``folder``."""
    inner, outer = parts(path), parts(folder)
    return len(inner) > len(outer) and inner[: len(outer)] == outer


@lru_cache(maxsize=4096)
def parts(path: str) -> tuple[str, ...]:
    """The path's components; ``.`` and repeated slashes do not count."""
    return tuple(part for part in path.split("/") if part not in ("", "."))


def leaves(path: str) -> bool:
    """Whether the path has a ``..`` in it."""
    return ".." in parts(path)
