"""Methods of the clients, made of methods that return a flow.

`sync_method` and `async_method` give each the same signature: a method is written once and is in
both clients.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.runners import AsyncRunner, Runner

if TYPE_CHECKING:
    from msgspec import Struct

    from twelvelabs_embed._http.pagination import AsyncPager, Page, Pager
    from twelvelabs_embed._http.raw_response import RawResponse

F = TypeVar("F")
M = TypeVar("M", bound=Callable[..., Any])
P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class resource_property(cached_property[T]):  # noqa: N801  # as its base
    """A `cached_property` that can be replaced, and of which a mock of the class knows that.

    Mocks take what has no `__set__` for the value itself.
    """

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self.attrname] = value

    def __delete__(self, instance: Any) -> None:
        del vars(instance)[self.attrname]


class Resource(Generic[F]):
    """A part of the blocking client: its flows and its runner."""

    def __init__(self, flows: F, runner: Runner) -> None:
        self._flows = flows
        self._runner = runner


class AsyncResource(Generic[F]):
    """A part of the awaited client: its flows and its runner."""

    def __init__(self, flows: F, runner: AsyncRunner) -> None:
        self._flows = flows
        self._runner = runner


def sync_method(
    make: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[Resource[F], P], T]:
    """Make the blocking method of a method that makes a flow."""

    def method(resource: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            flow = make(resource._flows, *args, **kwargs)
        except TypeError:
            _explain_arguments(make, kwargs)
            raise
        return resource._runner.run(flow)

    return with_signature_of(method, make)


def async_method(
    make: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[AsyncResource[F], P], Coroutine[Any, Any, T]]:
    """Make the awaited method of a method that makes a flow."""

    async def method(resource: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            flow = make(resource._flows, *args, **kwargs)
        except TypeError:
            _explain_arguments(make, kwargs)
            raise
        return await resource._runner.run(flow)

    return with_signature_of(method, make)


def sync_pages(
    make: Callable[Concatenate[F, P], Flow[Page[T]]],
) -> Callable[Concatenate[Resource[F], P], Pager[T]]:
    """Make the blocking method of a method that makes a flow to the first page of a list."""

    def method(resource: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> Pager[T]:
        from twelvelabs_embed._http.pagination import Pager

        run = resource._runner.run
        return Pager(run(make(resource._flows, *args, **kwargs)), run)

    return with_signature_of(method, make, "Flow[Page", "Pager")


def async_pages(
    make: Callable[Concatenate[F, P], Flow[Page[T]]],
) -> Callable[Concatenate[AsyncResource[F], P], Coroutine[Any, Any, AsyncPager[T]]]:
    """Make the awaited method of a method that makes a flow to the first page of a list."""

    async def method(
        resource: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncPager[T]:
        from twelvelabs_embed._http.pagination import AsyncPager

        run = resource._runner.run
        return AsyncPager(await run(make(resource._flows, *args, **kwargs)), run)

    return with_signature_of(method, make, "Flow[Page", "AsyncPager")


class Plan(Protocol[T_co]):
    """Work whose results are iterated, by either runner."""

    def run(self, runner: Runner) -> Generator[T_co, None, None]: ...

    def run_async(self, runner: AsyncRunner) -> AsyncGenerator[T_co, None]: ...


def sync_results(
    make: Callable[Concatenate[F, P], Plan[T]],
) -> Callable[Concatenate[Resource[F], P], Generator[T, None, None]]:
    """Make the blocking method of a method that makes a plan."""

    def method(
        resource: Resource[F], /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[T, None, None]:
        return make(resource._flows, *args, **kwargs).run(resource._runner)

    return with_signature_of(method, make, "Plan", "Iterator")


def async_results(
    make: Callable[Concatenate[F, P], Plan[T]],
) -> Callable[Concatenate[AsyncResource[F], P], AsyncGenerator[T, None]]:
    """Make the method, iterated with `async for`, of a method that makes a plan."""

    def method(
        resource: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        return make(resource._flows, *args, **kwargs).run_async(resource._runner)

    return with_signature_of(method, make, "Plan", "AsyncIterator")


def data_of(make: Callable[P, Flow[RawResponse[T]]]) -> Callable[P, Flow[T]]:
    """Make the method that returns only the data of a method whose flow returns a `RawResponse`."""

    def flow(*args: P.args, **kwargs: P.kwargs) -> Flow[T]:
        return (yield from make(*args, **kwargs)).data

    return with_signature_of(flow, make, "RawResponse")


def with_signature_of(
    method: M, make: Callable[..., Any], wrapped: str = "Flow", instead: str = ""
) -> M:
    """Give a method the name, docstring and signature of the one that makes its flow.

    Not by `functools.wraps`: by its `__wrapped__`, `inspect` would say that it returns a flow.
    """
    signature = inspect.signature(make)
    annotation = str(signature.return_annotation)
    returned = annotation.replace(f"{wrapped}[", instead and f"{instead}[", 1)
    returned = returned.removesuffix("]" * (annotation.count("[") - returned.count("[")))
    method.__name__, method.__qualname__ = make.__name__, make.__qualname__
    method.__doc__ = make.__doc__
    method.__signature__ = signature.replace(return_annotation=returned)  # type: ignore[attr-defined]
    return method


def awaited_docstring(blocking: type) -> str:
    """Return the docstring of the awaited class that is the twin of a blocking one."""
    return f"{inspect.getdoc(blocking)}\n\nThe same as `{blocking.__name__}`, awaited."


def public_name(name: str) -> Callable[[M], M]:
    """Give a function the name by which users call it: Python's own messages show it."""

    def decorate(make: M) -> M:
        make.__qualname__ = name
        return make

    return decorate


def _explain_arguments(make: Callable[..., Any], kwargs: dict[str, Any]) -> None:
    if explain := getattr(make, "_explain", None):
        explain(kwargs)


def _annotations(kind: type) -> dict[str, Any]:
    of_each = map(inspect.get_annotations, reversed(kind.__mro__))
    return {name: found for one in of_each for name, found in one.items()}


def spells_out(
    *options: type[Struct], omit: str = "", explain: Callable[[Any], object] | None = None
) -> Callable[[M], M]:
    """Show the fields of structs in the signature of a function, instead of `**options`.

    Those that the function names itself stay as they are.

    Args:
        options: the classes
        omit: a field that is not shown
        explain: called with the keyword arguments of a call that fails; may raise a better error
    """

    def decorate(make: M) -> M:
        signature = inspect.signature(make)
        named = list(signature.parameters.values())[:-1]
        spelled = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=types[name]
            )
            for kind in options
            for types in [_annotations(kind)]
            for name, default in zip(kind.__struct_fields__, kind.__struct_defaults__, strict=True)
            if name != omit and name not in signature.parameters
        ]
        make.__signature__ = signature.replace(parameters=[*named, *spelled])  # type: ignore[attr-defined]
        make._explain = explain  # type: ignore[attr-defined]
        return make

    return decorate
