"""Builds the processing job of FlightFeatures."""

from __future__ import annotations

from cursus.core.base import StepBuilderBase


class FlightFeaturesStepBuilder(StepBuilderBase):
    """Everything follows from spec, contract and config: nothing to override."""
