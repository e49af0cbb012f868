"""The kinds of step that can be built, and which registry value means which."""

from __future__ import annotations

from cursus.core.base.requests.automl import AutoMLKind
from cursus.core.base.requests.checks import ClarifyCheckKind, QualityCheckKind
from cursus.core.base.requests.condition import ConditionKind
from cursus.core.base.requests.emr import EMRKind
from cursus.core.base.requests.endpoint import EndpointConfigKind, EndpointKind
from cursus.core.base.requests.fail import FailKind
from cursus.core.base.requests.interface import StepKind
from cursus.core.base.requests.lambda_function import CallbackKind, LambdaKind
from cursus.core.base.requests.model import ModelKind
from cursus.core.base.requests.processing import ProcessingKind
from cursus.core.base.requests.register import RegisterModelKind
from cursus.core.base.requests.training import TrainingKind
from cursus.core.base.requests.transform import TransformKind
from cursus.core.base.requests.tuning import TuningKind
from cursus.errors import ConfigurationError, did_you_mean

#: Every kind; a further one is a line here.
KINDS: tuple[StepKind, ...] = (
    ProcessingKind(),
    TrainingKind(),
    ModelKind(),
    TransformKind(),
    RegisterModelKind(),
    TuningKind(),
    LambdaKind(),
    CallbackKind(),
    EMRKind(),
    EndpointConfigKind(),
    EndpointKind(),
    FailKind(),
    ConditionKind(),
    AutoMLKind(),
    QualityCheckKind(),
    ClarifyCheckKind(),
)


_BY_TYPE = {name: kind for kind in reversed(KINDS) for name in kind.sagemaker_types}


def kind_of(sagemaker_step_type: str, node: str) -> StepKind:
    """The kind a registry row's ``sagemaker_step_type`` means; ``…Processing`` is Processing.

    :raises ConfigurationError: for a value that no kind has.
    """
    known_kind = _BY_TYPE.get(sagemaker_step_type)
    if known_kind is not None:
        return known_kind
    if sagemaker_step_type.endswith("Processing"):
        return KINDS[0]
    known = sorted(_BY_TYPE)
    raise ConfigurationError(
        f"Step '{node}': '{sagemaker_step_type}' is not a SageMaker step type that can be built."
        f"{did_you_mean(sagemaker_step_type, known)} Known: {', '.join(known)}.",
        hint="Correct sagemaker_step_type in the step's registry row or manifest.",
        step=node,
    )
