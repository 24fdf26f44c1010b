"""The backend: assets, uploads and tasks, which share one state."""

from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.endpoints.tasks import Tasks
from twelvelabs_embed_emulator.endpoints.uploads import Uploads
from twelvelabs_embed_emulator.state.state import State


class Backend:
    """All that has state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.assets = Assets(state)
        self.uploads = Uploads(state, self.assets)
        self.tasks = Tasks(state, self.assets)

    def start(self) -> None:
        """Resume the jobs that an earlier process left unfinished."""
        self.state.files.delete_unreferenced()
        self.assets.start()
        self.tasks.start()

    def wait_until_idle(self) -> None:
        """Return when no job is running."""
        self.assets.jobs.wait()
        self.tasks.jobs.wait()

    def close(self) -> None:
        """Close the store, which ends the jobs."""
        self.assets.jobs.stop()
        self.tasks.jobs.stop()
        self.state.store.close()
