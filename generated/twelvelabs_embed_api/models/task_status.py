# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

TaskStatus: TypeAlias = Literal["failed", "processing", "ready"] | str

TASK_STATUS_VALUES: set[TaskStatus] = {
    "failed",
    "processing",
    "ready",
}


def check_task_status(value: TaskStatus) -> TaskStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
