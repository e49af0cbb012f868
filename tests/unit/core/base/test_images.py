from __future__ import annotations

import pytest

from cursus.core.base import image_uri
from cursus.core.base.images import frameworks
from cursus.errors import ConfigurationError


@pytest.mark.parametrize(
    ("arguments", "uri"),
    [
        (
            ("sklearn", "1.2-1", "us-east-1"),
            "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
        ),
        (("xgboost", "1.7-1", "eu-west-1"), "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"),
        (
            ("pytorch", "2.1", "us-west-2", "py3", "ml.g5.xlarge"),
            "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-gpu-py310",
        ),
        (
            ("pytorch", "2.1", "us-west-2", "py310", "ml.c5.xlarge", "inference"),
            "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        (
            ("tensorflow", "2.16", "us-east-1", "py3", "ml.m5.large", "inference"),
            "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.16.1-cpu",
        ),
        (
            ("sklearn", "1.2-1", "cn-north-1"),
            "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3",
        ),
    ],
)
def test_known_images(arguments: tuple[str, ...], uri: str) -> None:
    assert image_uri(*arguments) == uri


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("scikit", "1.2-1", "us-east-1"), "'scikit' is not a known framework"),
        (("sklearn", "1.2", "us-east-1"), r"not a known sklearn version for training\. Did you mean '1.4-2' or"),
        (("sklearn", "1.2-1", "us-east-9"), "not a known region with an image of sklearn 1.2-1. Did you mean"),
        (("pytorch", "2.1", "us-east-1", "py39"), r"'py39' is not a known py_version of version 2.1.0.*Known: py310"),
        (("sklearn", "1.2-1", "us-east-1", "py3", "ml.g5.xlarge"), "no gpu image of sklearn"),
        (("pytorch", "2.1", "us-east-1", "py3", "ml.m6g.large"), "no pytorch image for the processor"),
        (("pytorch", "2.1", "us-east-1", "py3", "ml.inf1.large"), "no pytorch image for the processor"),
        (("sklearn", "1.2-1", "us-east-1", "py3", "ml.m5.large", "eia"), "not a known image scope for sklearn"),
    ],
)
def test_what_the_table_does_not_have(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        image_uri(*arguments)
    assert "image_uri" in (caught.value.hint or "")


def test_frameworks() -> None:
    assert frameworks() == ("clarify", "model-monitor", "pytorch", "sklearn", "tensorflow", "xgboost")
