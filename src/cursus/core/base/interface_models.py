"""The published contract and spec classes, made from what reading a workspace's files gave."""

from __future__ import annotations

from cursus.core.base.contract_base import ScriptContract, contract_from
from cursus.core.base.specification_base import StepSpecification
from cursus.model.step import Contract, Spec


def spec_from(spec: Spec, contract: Contract | ScriptContract | None = None) -> StepSpecification:
    """The published class for a spec known by reading; pydantic's ``ValidationError`` when it breaks a rule."""
    return StepSpecification.model_validate(
        {
            "step_type": spec.step_type,
            "node_type": spec.node_type,
            "dependencies": [
                {
                    "logical_name": d.name,
                    "dependency_type": d.type,
                    "required": d.required,
                    "compatible_sources": list(d.compatible_sources),
                    "semantic_keywords": list(d.semantic_keywords),
                    "data_type": d.data_type,
                    "description": d.description,
                }
                for d in spec.dependencies
            ],
            "outputs": [
                {
                    "logical_name": o.name,
                    "aliases": list(o.aliases),
                    "output_type": o.type,
                    "property_path": o.property_path,
                    "data_type": o.data_type,
                    "description": o.description,
                }
                for o in spec.outputs
            ],
            "script_contract": contract_from(contract) if isinstance(contract, Contract) else contract,
        }
    )
