"""``ModelHyperparameters``: what a model is trained with."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ModelHyperparameters(BaseModel):
    """Hyperparameters common to tabular and text models, in the tiers of a config; a subclass adds those of its model.

    :param full_field_list: every column of the training data.
    :param cat_field_list: the categorical ones.
    :param tab_field_list: the numerical ones.
    :param id_name: column that identifies a row.
    :param label_name: column to predict.
    :param multiclass_categories: the label's values, two or more.
    :param categorical_features_to_encode: columns of ``cat_field_list`` to encode.
    :param device: number of the GPU, -1 for none.
    :param class_weights: one weight for each class; 1.0 each when not given.
    """

    model_config = ConfigDict(extra="allow", protected_namespaces=(), validate_assignment=False, defer_build=True)

    DERIVED_FIELDS: ClassVar[tuple[str, ...]] = ("input_tab_dim", "num_classes", "is_binary")

    full_field_list: list[str]
    cat_field_list: list[str]
    tab_field_list: list[str]
    id_name: str = Field(min_length=1)
    label_name: str = Field(min_length=1)
    multiclass_categories: list[int | str]

    categorical_features_to_encode: list[str] = []
    model_class: str = "base_model"
    device: int = -1
    header: int = 0
    lr: float = Field(default=3e-05, gt=0)
    batch_size: int = Field(default=2, gt=0)
    max_epochs: int = Field(default=3, gt=0)
    metric_choices: list[str] = Field(default_factory=lambda: ["f1_score", "auroc"])
    optimizer: str = "SGD"
    class_weights: list[float] | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        unknown = sorted({*self.cat_field_list, *self.tab_field_list} - set(self.full_field_list))
        if unknown:
            raise ValueError(f"fields that full_field_list does not have: {', '.join(unknown)}")
        if len(set(self.multiclass_categories)) < 2:
            raise ValueError("multiclass_categories needs two different values")
        if self.class_weights is None:
            self.class_weights = [1.0] * self.num_classes
        if len(self.class_weights) != self.num_classes:
            raise ValueError(f"class_weights has {len(self.class_weights)} values for {self.num_classes} classes")
        return self

    @property
    def input_tab_dim(self) -> int:
        """Number of numerical columns."""
        return len(self.tab_field_list)

    @property
    def num_classes(self) -> int:
        """Number of classes of the label."""
        return len(self.multiclass_categories)

    @property
    def is_binary(self) -> bool:
        """True for two classes."""
        return self.num_classes == 2

    def categorize_fields(self) -> dict[str, list[str]]:
        """Field names by tier: ``essential``, ``system``, ``derived``."""
        fields = type(self).model_fields
        return {
            "essential": [name for name, field in fields.items() if field.is_required()],
            "system": [name for name, field in fields.items() if not field.is_required()],
            "derived": list(self.DERIVED_FIELDS),
        }

    def get_public_init_fields(self) -> dict[str, Any]:
        """What another object needs to start from the same values."""
        declared = {name: getattr(self, name) for name in type(self).model_fields}
        return {k: v for k, v in (declared | (self.__pydantic_extra__ or {})).items() if v is not None}

    @classmethod
    def from_base_hyperparameter(cls, base: ModelHyperparameters, **values: Any) -> Self:
        """Hyperparameters of this class that start from ``base``; ``values`` win."""
        return cls(**{**base.get_public_init_fields(), **values})

    def get_config(self) -> dict[str, Any]:
        """Plain values, with the derived ones."""
        return self.model_dump(mode="json") | {name: getattr(self, name) for name in self.DERIVED_FIELDS}

    def serialize_config(self) -> dict[str, str]:
        """Every value as the text SageMaker passes on: strings as they are, everything else as JSON."""
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in self.get_config().items()}
