"""What most kinds that move no files themselves have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.values import Value


class BasicKind:
    """Inputs are values that the request takes up by name; no output place in S3, nothing beside the request."""

    cacheable = False
    retryable = False

    def inputs(self, parts: Parts, bound: Mapping[str, Value]) -> Any:
        """The bound inputs as they are."""
        common.check_names(parts, "input", bound, list(parts.spec.dependencies) if parts.spec else list(bound))
        common.required_inputs(parts, bound)
        return dict(bound)

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> Any:
        """None; a place given for an output is refused."""
        common.check_names(parts, "output place", destinations, [])

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """Nothing."""
        return {}

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """``Environment``."""
        environment: Mapping[str, Any] = request.get("Environment", {})
        return environment
