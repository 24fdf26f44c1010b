# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal

TaskStatus = Literal["failed", "processing", "ready"]

TASK_STATUS_VALUES: set[TaskStatus] = {
    "failed",
    "processing",
    "ready",
}


def check_task_status(value: TaskStatus) -> TaskStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
