# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EntityStatus: TypeAlias = Literal["processing", "ready"] | str

ENTITY_STATUS_VALUES: set[EntityStatus] = {
    "processing",
    "ready",
}


def check_entity_status(value: EntityStatus) -> EntityStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
