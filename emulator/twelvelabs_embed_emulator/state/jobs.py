"""Background jobs: work that continues after the response."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec

from twelvelabs_embed_emulator.state.store import ClosedError, Store

_P = ParamSpec("_P")

_log = logging.getLogger(__name__)


class JobRunner:
    """A few threads for one kind of job.

    A job ends at its next access to a store that was closed, reset or replaced since.
    """

    def __init__(self, name: str, max_workers: int, store: Store) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers, thread_name_prefix=f"twelvelabs-embed-{name}")
        self._running = set[Future[None]]()

    def submit(self, job: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Run `job` in one of the threads."""
        epoch = self._store.epoch

        def run() -> None:
            self._store.enter_epoch(epoch)
            try:
                job(*args, **kwargs)
            except ClosedError:
                pass  # it starts again when the state is used again
            except Exception:
                _log.exception("The emulator failed at work in the background.")

        future = self._pool.submit(run)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    def wait(self) -> None:
        """Return when all jobs are done that were submitted before."""
        wait(list(self._running))

    def stop(self) -> None:
        """Start no more jobs. Running ones are not waited for: they end with the store."""
        self._pool.shutdown(wait=False, cancel_futures=True)
