from __future__ import annotations

import json
import subprocess
import sys

PROBE = """
import json, sys
import cursus.core.base
light = "pydantic" in sys.modules
for name in cursus.core.base.__all__:
    getattr(cursus.core.base, name)
heavy = sorted({"boto3", "botocore", "pandas", "sagemaker", "click", "yaml"} & set(sys.modules))
print(json.dumps([light, heavy]))
"""


def test_importing_loads_no_client() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    pydantic_loaded, heavy = json.loads(run.stdout)
    assert not pydantic_loaded
    assert heavy == []
