"""Limits that are stated in AWS's documentation and not in botocore's service model.

Everything botocore states (numbers of inputs and outputs, lengths and patterns of names and values, size of a
definition) is read from there.
"""

from __future__ import annotations

from dataclasses import dataclass

_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html"
_RETRY = "https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit.

    :param name: what is limited.
    :param value: the most that is allowed.
    :param adjustable: AWS raises it on request, so that being above it is worth a warning, not a refusal.
    :param source: where AWS states it.
    """

    name: str
    value: int
    source: str
    adjustable: bool = False

    def exceeded_by(self, number: int) -> str | None:
        """The reason as a sentence when ``number`` is too many, else None."""
        if number <= self.value:
            return None
        note = ", unless AWS raised your quota" if self.adjustable else ""
        return f"{number} is over the limit '{self.name}' of {self.value}{note} ({self.source})"


STEPS = Limit("steps in a pipeline", 50, _QUOTAS, adjustable=True)
PARAMETERS = Limit("parameters in a pipeline", 200, _QUOTAS)
RETRY_ATTEMPTS = Limit("attempts of a retry policy", 20, _RETRY)
RETRY_MINUTES = Limit("minutes until a retry policy expires", 14400, _RETRY)
