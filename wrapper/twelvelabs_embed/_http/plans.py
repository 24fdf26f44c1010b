"""Plans: work whose results are iterated, and the methods that are made of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from twelvelabs_embed._http.runners import (
    AsyncResource,
    AsyncRunner,
    Resource,
    Runner,
    with_signature_of,
)

F = TypeVar("F")
P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


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
