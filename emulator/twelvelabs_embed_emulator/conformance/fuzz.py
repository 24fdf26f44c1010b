"""Cases by schemathesis: requests made from the contract, valid ones and wrong ones."""

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from twelvelabs_embed_emulator.conformance.cases import Case, Subset
from twelvelabs_embed_emulator.conformance.judge import Json
from twelvelabs_embed_emulator.conformance.session import Session, StopCaseError

_READ = ("list_tasks", "retrieve_task", "list_assets", "retrieve_asset")
_CHEAP = (*_READ, "list_incomplete_uploads", "get_upload_status", "create_embeddings")


def cases_of(document: Json, subset: Subset, count: int) -> Iterator[Case]:
    """Yield a case for each operation of the subset, which sends `count` requests."""
    try:
        import schemathesis
    except ImportError:
        raise SystemExit("--fuzz needs schemathesis: pip install schemathesis") from None
    schema = schemathesis.openapi.from_dict(document)
    wanted = {"read": _READ, "cheap": _CHEAP, "all": None}[subset]
    for one in schema.get_all_operations():
        operation: Any = one.ok()  # type: ignore[union-attr]  # the contract is a valid document
        id = operation.definition.raw["operationId"]
        # A form of random bytes says little, and each accepted one is an asset.
        if (wanted is None or id in wanted) and id != "create_asset":
            send = partial(_send, operation=operation, id=id, count=count)
            yield Case(f"schemathesis: {operation.label}", subset, send)


def _send(session: Session, operation: Any, id: str, count: int) -> None:
    import hypothesis

    @hypothesis.seed(0)
    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list[Any](hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy())
    def send(case: Any) -> None:
        body = case.body if isinstance(case.body, dict | list) else None
        ids: Json = {name: str(value) for name, value in (case.path_parameters or {}).items()}
        with contextlib.suppress(StopCaseError):
            session.send(id, query=dict(case.query or {}), json=body, dimension=None, **ids)

    send()
