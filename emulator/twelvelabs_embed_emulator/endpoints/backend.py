"""The backend: assets, uploads and tasks, which share one state."""

from collections.abc import Callable

from twelvelabs_embed_emulator.embedding.stubs import Stubs
from twelvelabs_embed_emulator.embedding.vectors import Array, text_vector
from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.endpoints.tasks import Tasks
from twelvelabs_embed_emulator.endpoints.uploads import Uploads
from twelvelabs_embed_emulator.state.state import State


class Backend:
    """All that has state."""

    def __init__(self, state: State, text_vector: Callable[[str], Array] = text_vector) -> None:
        self.state = state
        self.text_vector = text_vector
        self.stubs = Stubs()
        self.assets = Assets(state)
        self.uploads = Uploads(state, self.assets)
        self.tasks = Tasks(state, self.assets, self.stubs, text_vector)

    def start(self) -> None:
        """Resume the jobs that an earlier process left unfinished."""
        self.state.files.delete_unreferenced()
        self.assets.start()
        self.tasks.start()

    def reset(self) -> None:
        """Forget everything, as if the emulator had just been started without a state."""
        self.stubs.clear()
        self.state.reset()
        self.assets.reset()

    def import_state(self, data: bytes) -> None:
        """Replace the state by an exported one, and resume its jobs.

        Raises:
            ValueError: it is none, or that of another version.
        """
        self.state.load(data)
        self.assets.reset()
        self.start()

    def wait_until_idle(self) -> None:
        """Return when no job is running."""
        self.assets.wait_until_idle()
        self.tasks.jobs.wait()

    def close(self) -> None:
        """Close the store, which ends the jobs."""
        self.assets.jobs.stop()
        self.tasks.jobs.stop()
        self.state.store.close()
