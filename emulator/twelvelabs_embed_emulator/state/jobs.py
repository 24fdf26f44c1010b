"""Work that goes on after a request is answered."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec

from twelvelabs_embed_emulator.state.store import ClosedError

_P = ParamSpec("_P")

_log = logging.getLogger(__name__)


class Workers:
    """A few threads for one kind of work.

    Whoever closes the store also stops the work on it: its next look into the store ends it.
    """

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=f"twelvelabs-embed-{name}")
        self._under_way = set[Future[None]]()

    def submit(self, work: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Call `work` in one of the threads, when one is free."""
        future = self._pool.submit(_run, lambda: work(*args, **kwargs))
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    def wait(self) -> None:
        """Return when all is done that was submitted before."""
        wait(list(self._under_way))

    def stop(self) -> None:
        """Begin no more work. What has begun is not waited for: it ends with the store."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _run(work: Callable[[], None]) -> None:
    try:
        work()
    except ClosedError:
        pass  # begun again when the state is used again
    except Exception:
        _log.exception("The emulator failed at work in the background.")
