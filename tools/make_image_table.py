"""Write ``src/cursus/core/base/image_uris.json`` from the public image tables in a SageMaker SDK v2 wheel.

Usage::

    pip download "sagemaker<3" --no-deps -d DIR
    python tools/make_image_table.py DIR/sagemaker-*.whl

Only what a look-up needs is kept: for each framework and scope the versions with their repository, processors and
Python versions, and the account for each region, equal account lists once. Host names come from botocore's partitions.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

TARGET = Path(__file__).resolve().parent.parent / "src/cursus/core/base/image_uris.json"
SCOPES = ("training", "inference")
#: Framework -> oldest version kept.
FRAMEWORKS = {"sklearn": (0, 23), "xgboost": (1, 0), "pytorch": (1, 8), "tensorflow": (2, 4)}
#: Containers of AWS's own with one scope each, all versions kept.
SERVICES = {"clarify": "processing", "model-monitor": "monitoring"}


def numbers(version: str) -> tuple[int, ...]:
    """The version's numbers, for comparison."""
    return tuple(int(n) for n in re.findall(r"\d+", version))


def make_table(wheel: Path) -> dict[str, Any]:
    """The table as it is stored."""
    registries: list[dict[str, str]] = []
    frameworks: dict[str, Any] = {}
    with zipfile.ZipFile(wheel) as archive:
        for framework, oldest in FRAMEWORKS.items():
            source = json.loads(archive.read(f"sagemaker/image_uri_config/{framework}.json"))
            frameworks[framework] = {scope: scope_table(source[scope], oldest, registries) for scope in SCOPES}
        for service, scope in SERVICES.items():
            source = json.loads(archive.read(f"sagemaker/image_uri_config/{service}.json"))
            frameworks[service] = {scope: scope_table(source.get(scope, source), None, registries)}
    regions = sorted({region for registry in registries for region in registry})
    return {
        "source": f"AWS public image tables as packaged in {wheel.name}",
        "hostnames": hostnames(regions),
        "registries": registries,
        "frameworks": frameworks,
    }


def scope_table(
    source: dict[str, Any], oldest: tuple[int, ...] | None, registries: list[dict[str, str]]
) -> dict[str, Any]:
    """Aliases and versions of one framework in one scope."""
    versions = {}
    for version, row in source["versions"].items():
        # A version of one number ("1") is an alias for an image of the first generation, without scripts.
        if oldest is not None and (numbers(version) < oldest or len(numbers(version)) < 2):
            continue
        registry = dict(sorted(row["registries"].items()))
        if registry not in registries:
            registries.append(registry)
        versions[version] = {
            "repository": row["repository"],
            "processors": row.get("processors", source.get("processors")) or [],
            "py_versions": row.get("py_versions") or [],
            "registry": registries.index(registry),
        }
    aliases = {a: v for a, v in source.get("version_aliases", {}).items() if v in versions}
    return {"aliases": aliases, "versions": dict(sorted(versions.items(), key=lambda item: numbers(item[0])))}


def hostnames(regions: list[str]) -> dict[str, str]:
    """DNS suffix of the regions whose suffix is not ``amazonaws.com``."""
    partitions = Loader().load_data("partitions")["partitions"]
    found = {}
    for region in regions:
        for partition in partitions:
            if region in partition["regions"] or re.fullmatch(partition["regionRegex"], region):
                found[region] = partition["outputs"]["dnsSuffix"]
                break
        else:
            raise SystemExit(f"no partition for region {region}")
    return {region: suffix for region, suffix in found.items() if suffix != "amazonaws.com"}


def main() -> None:
    """Write the table."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    table = make_table(Path(sys.argv[1]))
    TARGET.write_text(json.dumps(table, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
