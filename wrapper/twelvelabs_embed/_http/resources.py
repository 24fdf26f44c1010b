"""Resources of the client: a method is written once, as a flow, and four classes have it.

    class AssetsFlows(Flows):
        @endpoint
        def retrieve(self, asset_id: str) -> Flow[RawResponse[Asset]]: ...

    class AssetsRawClient(RawResource[AssetsFlows], AssetsFlows): ...
    class AssetsClient(Resource[AssetsFlows], AssetsFlows): ...

`flows.retrieve("a")` is a flow of the asset, `client.retrieve("a")` the asset; with the other bases
it is a coroutine, or a response with the asset. Where such a class is defined, each method becomes
a plain function of it with a signature of its own. Type checkers read `FlowMethod.__get__`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from inspect import getattr_static
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    TypeAlias,
    TypeVar,
    overload,
)

from twelvelabs_embed_api.types import UNSET

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.list_pages import fetch_page
from twelvelabs_embed._http.methods import (
    AsyncResource,
    Resource,
    async_method,
    async_pages,
    data_of,
    sync_method,
    sync_pages,
)
from twelvelabs_embed._http.operation import Operation
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import Connection, RequestOptions, call

if TYPE_CHECKING:
    from twelvelabs_embed._http.pagination import AsyncPager, Page, Pager

F = TypeVar("F")
P = ParamSpec("P")
T = TypeVar("T")
# What a method is: of flows, blocking and awaited, and with its response.
D = TypeVar("D")
S = TypeVar("S")
A = TypeVar("A")
R = TypeVar("R")
AR = TypeVar("AR")

Function: TypeAlias = Callable[..., Any]
Awaited: TypeAlias = Callable[P, Coroutine[Any, Any, T]]


class Flows:
    """The methods of a resource, as flows."""

    path: ClassVar[str] = "client"
    """Where users find the resource: messages of Python show it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _call(
        self, operation: Operation[T], options: RequestOptions | None
    ) -> Flow[RawResponse[T]]:
        return call(operation, self._connection, options)

    def _fetch_page(
        self,
        make: Function,
        page: int | None,
        page_limit: int | None,
        options: RequestOptions | None,
        **settings: Callable[[Any], Any],
    ) -> Flow[Page[Any]]:
        make = partial(make, page_limit=page_limit or UNSET)
        return fetch_page(make, page or 1, self._connection, options, **settings)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not issubclass(cls, Resource | AsyncResource):
            return
        is_raw = issubclass(cls, RawResource | AsyncRawResource)
        inherited = {
            name: one for base in reversed(cls.__mro__) for name, one in vars(base).items()
        }
        for name, one in inherited.items():
            if isinstance(one, FlowMethod) and (make := one.raw if is_raw else one.flow):
                function = (one.to_sync if issubclass(cls, Resource) else one.to_async)(make)
                function.__module__ = cls.__module__
                function.__qualname__ = f"{cls.__qualname__}.{name}"
                setattr(cls, name, function)

    def __dir__(self) -> list[str]:
        """List what there is: a method of several requests has no raw form."""
        names = list(super().__dir__())
        if not isinstance(self, Resource | AsyncResource):
            return names
        return [name for name in names if not isinstance(getattr_static(self, name), FlowMethod)]


class RawResource(Resource[F]):
    """A resource whose methods return responses."""


class AsyncRawResource(AsyncResource[F]):
    """A resource whose methods return responses, awaited."""


class FlowMethod(Generic[D, S, A, R, AR]):
    """A method of `Flows`: how its flow is made, and in its raw form, if it has one."""

    def __init__(
        self,
        flow: Function,
        raw: Function | None,
        to_sync: Function = sync_method,
        to_async: Function = async_method,
    ) -> None:
        self.flow, self.raw, self.to_sync, self.to_async = flow, raw, to_sync, to_async
        self.__doc__ = flow.__doc__

    def __set_name__(self, owner: type[Flows], name: str) -> None:
        for make in (self.flow, self.raw):
            if make is not None:
                make.__qualname__ = f"{owner.path}.{name}"

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> Function: ...
        @overload
        def __get__(self, instance: RawResource[Any], owner: Any) -> R: ...
        @overload
        def __get__(self, instance: AsyncRawResource[Any], owner: Any) -> AR: ...
        @overload
        def __get__(self, instance: Resource[Any], owner: Any) -> S: ...
        @overload
        def __get__(self, instance: AsyncResource[Any], owner: Any) -> A: ...
        @overload
        def __get__(self, instance: Flows, owner: Any) -> D: ...

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if isinstance(instance, Resource | AsyncResource):
            raise AttributeError(f"{type(instance).__name__} has no {self.flow.__name__}")
        return self.flow.__get__(instance, owner)


def endpoint(
    make: Callable[Concatenate[Any, P], Flow[RawResponse[T]]],
) -> FlowMethod[
    Callable[P, Flow[T]],
    Callable[P, T],
    Awaited[P, T],
    Callable[P, RawResponse[T]],
    Awaited[P, RawResponse[T]],
]:
    """Make a method that sends one request."""
    return FlowMethod(data_of(make), make)


def composed(
    make: Callable[Concatenate[Any, P], Flow[T]],
) -> FlowMethod[Callable[P, Flow[T]], Callable[P, T], Awaited[P, T], None, None]:
    """Make a method that may send several requests: it has no raw form."""
    return FlowMethod(make, None)


def pages(
    make: Callable[Concatenate[Any, P], Flow[Page[T]]],
) -> FlowMethod[
    Callable[P, Flow[Page[T]]],
    Callable[P, Pager[T]],
    Awaited[P, AsyncPager[T]],
    Callable[P, Pager[T]],
    Awaited[P, AsyncPager[T]],
]:
    """Make a method that fetches a page, and returns a pager, also in its raw form."""
    return FlowMethod(make, make, sync_pages, async_pages)


class RawForm(Generic[T]):
    """The same methods, returning `RawResponse`."""

    def __init__(self, build: Callable[[Any, Any], T]) -> None:
        self._build = build

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, resource: Any, owner: Any = None) -> T:
        if resource is None:
            return self  # type: ignore[return-value]  # as a property does
        made = self._build(resource._flows, resource._runner)
        return vars(resource).setdefault(self._name, made)  # type: ignore[no-any-return]
