"""Environment variables that are there without anybody declaring them."""

from __future__ import annotations

_PREFIXES = ("SM_", "SAGEMAKER_", "AWS_", "PYTHON", "LC_", "OMP_", "MKL_", "OPENBLAS_", "NCCL_", "CUDA_")
_NAMES = frozenset(
    (
        *("HOME", "HOSTNAME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER"),
        *("TRAINING_JOB_ARN", "TRAINING_JOB_NAME", "PROCESSING_JOB_ARN", "PROCESSING_JOB_NAME", "DMLC_INTERFACE"),
        *("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE", "LOCAL_RANK", "NUMEXPR_NUM_THREADS", "CI"),
    )
)


def provided(name: str) -> bool:
    """Whether the operating system, Python or SageMaker sets the variable."""
    return name in _NAMES or name.startswith(_PREFIXES)
