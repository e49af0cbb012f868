from __future__ import annotations

import json
import subprocess
import sys

import pytest

import cursus.core.base as base

PROBE = """
import json, sys, time
start = time.process_time()
import cursus.core.base
empty = time.process_time() - start
light = "pydantic" in sys.modules
for name in cursus.core.base.__all__:
    getattr(cursus.core.base, name)
heavy = sorted({"boto3", "botocore", "pandas", "sagemaker", "click", "yaml"} & set(sys.modules))
print(json.dumps([empty, light, heavy]))
"""


def test_importing_is_cheap_and_loads_no_client() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    seconds, pydantic_loaded, heavy = json.loads(run.stdout)
    assert seconds < 0.25
    assert not pydantic_loaded
    assert heavy == []


def test_every_name_is_there_and_others_are_not() -> None:
    assert all(getattr(base, name) is not None for name in base.__all__)
    assert set(dir(base)) == set(base.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'StepBuilder'"):
        _ = base.StepBuilder
