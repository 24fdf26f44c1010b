"""Resources: four classes have the methods of one class of flows, with their own signatures."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from twelvelabs_embed._http.methods import AsyncResource, Resource
from twelvelabs_embed._http.resources import FlowMethod, Flows
from twelvelabs_embed.api import assets, multipart, tasks, v2

AREAS = {
    assets.AssetsFlows: "Assets",
    multipart.MultipartUploadFlows: "MultipartUpload",
    tasks.TasksFlows: "Tasks",
    v2.V2Flows: "V2",
}


def methods() -> Iterator[Any]:
    for flows, area in AREAS.items():
        for name in dir(flows):
            one = inspect.getattr_static(flows, name)
            if isinstance(one, FlowMethod):
                yield pytest.param(flows, area, name, one, id=f"{area}.{name}")


def in_class(flows: type[Flows], name: str) -> Any:
    return getattr(inspect.getmodule(flows), name)


@pytest.mark.parametrize(("flows", "area", "name", "written"), [*methods()])
def test_each_class_has_the_method_with_its_signature(
    flows: type[Flows], area: str, name: str, written: FlowMethod[Any, Any, Any, Any, Any]
) -> None:
    parameters = inspect.signature(written.flow).parameters
    for kind in ("", "Raw", "Async", "AsyncRaw"):
        prefix, raw = ("Async" if "Async" in kind else ""), ("Raw" if "Raw" in kind else "")
        owner = in_class(flows, f"{prefix}{area}{raw}Client")
        if raw and written.raw is None:
            assert name not in vars(owner)
            continue
        made = vars(owner)[name]
        signature = inspect.signature(made)
        assert signature.parameters == parameters
        returned = str(signature.return_annotation)
        assert "Flow" not in returned
        assert returned.startswith("RawResponse[") == bool(
            raw and written.to_sync.__name__ == "sync_method"
        )
        assert inspect.iscoroutinefunction(made) == bool(prefix)
        assert (made.__name__, made.__qualname__) == (name, f"{owner.__name__}.{name}")
        assert made.__doc__
        assert made.__doc__ == written.__doc__
        assert issubclass(owner, AsyncResource if prefix else Resource)


@pytest.mark.parametrize("area", [assets.AssetsRawClient, tasks.AsyncTasksRawClient])
def test_a_method_of_several_requests_has_no_raw_form(area: Any) -> None:
    resource = area(None, None)
    for name in ("upload", "wait_until_ready", "wait_for_done"):
        assert not hasattr(resource, name)
        assert name not in dir(resource)
    assert "retrieve" in dir(resource)
