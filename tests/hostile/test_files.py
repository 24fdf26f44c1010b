"""Files that are no files, change while they are read, or have unexpected names."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Image, InvalidInputError, Media, TaskFailedError, TwelveLabs, Video
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.uploads.upload import UploadFlows
from twelvelabs_embed.validation.media_probe import probe
from twelvelabs_embed_emulator import Emulator, samples

# --- what is no file ------------------------------------------------------------------------------


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path)


USES: dict[str, Callable[[TwelveLabs, Path], Any]] = {
    "embed": lambda client, path: client.embed(Image(path)),
    "without check": lambda client, path: client.embed(Image(path), check=False),
    "task": lambda client, path: client.embed(Video(path), check=False, route="task"),
    "upload": lambda client, path: client.assets.upload(path),
}


@contextmanager
def unopened_pipe(path: Path) -> Iterator[None]:
    """A pipe that must not be opened. Who reads it gets the end of the file, and does not wait."""
    _pipe(path)
    opened = threading.Event()

    def write() -> None:
        end = os.open(path, os.O_WRONLY)  # waits for a reader
        opened.set()
        os.close(end)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
        assert not opened.is_set()
    finally:
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # ends the wait of the writer
        writer.join()
        os.close(reader)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_pipe_is_rejected_and_not_opened(
    use: Callable[[TwelveLabs, Path], Any], client: TwelveLabs, tmp_path: Path
) -> None:
    path = tmp_path / "dog.jpg"
    with unopened_pipe(path), pytest.raises(InvalidInputError, match=r"dog\.jpg"):
        use(client, path)


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere.jpg")


def _folder(path: Path) -> None:
    path.mkdir()


def _memory(path: Path) -> None:
    """Is a regular file by its looks, and gives EIO to every reader."""
    path.symlink_to("/proc/self/mem")


@pytest.mark.parametrize("make", [_zeros, _loop, _dangling, _folder, _memory])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_is_no_file_or_cannot_be_read_is_rejected(
    make: Callable[[Path], None],
    use: Callable[[TwelveLabs, Path], Any],
    client: TwelveLabs,
    tmp_path: Path,
) -> None:
    path = tmp_path / "dog.jpg"
    make(path)
    with pytest.raises(InvalidInputError, match=r"dog\.jpg"):
        use(client, path)


def test_a_link_to_a_file_is_that_file(client: TwelveLabs, tmp_path: Path) -> None:
    made = samples.image(tmp_path / "made.jpg", width=160, height=160)
    link = tmp_path / "link.jpg"
    link.symlink_to(made)
    assert client.embed(Image(link)).vector.tolist() == client.embed(Image(made)).vector.tolist()


_NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Have no rights for a while. Who is not root has few enough; root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that every user may enter, so that what is in it is rejected for its own sake."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.mark.parametrize("closed", ["file", "folder"])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_may_not_be_read_is_rejected(
    use: Callable[[TwelveLabs, Path], Any], closed: str, client: TwelveLabs, open_folder: Path
) -> None:
    folder = open_folder / "pictures"
    folder.mkdir(mode=0o777)
    path = samples.image(folder / "dog.jpg", width=160, height=160)
    # What is imported with the first use may not be read either. A picture is no video, for tasks.
    with suppress(TaskFailedError):
        use(client, path)
    (path if closed == "file" else folder).chmod(0)
    with as_nobody():
        with pytest.raises(PermissionError):
            path.read_bytes()
        with pytest.raises(InvalidInputError, match=r"dog\.jpg.*cannot be read") as raised:
            use(client, path)
    assert "Permission denied" in str(raised.value)
    folder.chmod(0o777)  # so that it can be deleted by who is not root


def test_a_folder_with_what_may_not_be_read_is_walked_and_reported(
    client: TwelveLabs, open_folder: Path
) -> None:
    folder, out = open_folder / "pictures", open_folder / "out"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        samples.image(folder / name, width=160, height=160)
    client.bulk.run(folder, open_folder / "before")  # imports what it needs
    (folder / "b.jpg").chmod(0)
    (folder / "closed").mkdir(mode=0)
    with as_nobody():
        assert [entry.id for entry in Source(folder)] == ["a.jpg", "b.jpg", "closed"]
        report = client.bulk.run(folder, out)
    assert (report.done, report.failed) == (1, 2)
    (folder / "closed").chmod(0o777)


def test_a_folder_of_traps_is_walked(tmp_path: Path) -> None:
    samples.image(tmp_path / "dog.jpg", width=160, height=160)
    _loop(tmp_path / "loop.jpg")
    _zeros(tmp_path / "zeros.jpg")
    (tmp_path / "round").symlink_to(tmp_path)
    with unopened_pipe(tmp_path / "pipe.jpg"):
        assert [entry.id for entry in Source(tmp_path)] == ["dog.jpg"]


# --- what changes ---------------------------------------------------------------------------------


class _Meanwhile(httpx.HTTPTransport):
    """Does something to a file after its size was declared, and before it is sent."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self._change = change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._change()
        return super().handle_request(request)


@pytest.mark.parametrize(("size_bytes", "what"), [(3 << 20, "grew"), (1 << 20, "shrank")])
def test_what_changes_while_it_is_sent_is_rejected(
    size_bytes: int, what: str, emulator: Emulator, tmp_path: Path
) -> None:
    path = samples.write_padded_video(tmp_path / "film.mp4", 2 << 20)
    transport = _Meanwhile(lambda: os.truncate(path, size_bytes))
    with (
        httpx.Client(transport=transport) as http,
        TwelveLabs("k", base_url=emulator.base_url, httpx_client=http) as client,
        pytest.raises(InvalidInputError, match=what),
    ):
        client.embed(Video(path), check=False)


@pytest.mark.parametrize("route", ["direct", "multipart"])
@pytest.mark.parametrize(
    ("size_bytes", "what"), [(13 << 20, "grew|changed"), (1 << 20, "shrank|changed")]
)
def test_what_changes_while_it_is_uploaded_is_rejected(
    route: str, size_bytes: int, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.write_padded_video(tmp_path / "film.mp4", 12 << 20)
    if route == "multipart":
        monkeypatch.setattr(UploadFlows, "_max_direct_bytes", lambda *_: 0)
    transport = _Meanwhile(lambda: os.truncate(path, size_bytes))
    with (
        Emulator() as emulator,
        httpx.Client(transport=transport) as http,
        TwelveLabs(
            "k", base_url=emulator.base_url, httpx_client=http, resume_dir=tmp_path / "resume"
        ) as client,
        pytest.raises(InvalidInputError, match=what),
    ):
        client.assets.upload(path)


def test_a_file_that_grows_while_it_is_looked_at_is_looked_at(tmp_path: Path) -> None:
    path = samples.write_padded_video(tmp_path / "film.mp4", 2 << 20)
    media = Media.file(path)
    with path.open("ab") as file:
        file.write(bytes(1 << 20))
    assert probe(media, "video").has_video


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [b"a\nb.jpg", b"caf\xe9.jpg", b"\x1b[31mred.jpg", "ド.jpg".encode()]
)
def test_any_name_will_do(name: bytes, client: TwelveLabs, tmp_path: Path) -> None:
    made = samples.image(tmp_path / "made.jpg", width=160, height=160)
    path = tmp_path / os.fsdecode(name)
    made.rename(path)
    assert client.embed(Image(path)).vector.shape == (512,)
    assert client.assets.upload(path).status == "ready"
    report = client.bulk.run(tmp_path, tmp_path / "out")
    assert report.done == 1
    label = Media.file(path).label
    assert label.isprintable()
    label.encode()
    path.unlink()
    with pytest.raises(InvalidInputError) as raised:
        client.embed(Image(path))
    assert str(raised.value).isprintable()
    str(raised.value).encode()


@pytest.mark.parametrize("name", ["~no\0body.jpg", "~\ud800.jpg", "~nobody-here.jpg", "a\0.jpg"])
def test_a_path_without_such_a_user_is_reported(name: str, client: TwelveLabs) -> None:
    """Found by scripts/fuzz: Python looks up who is behind a ~, and fails in its own way."""
    with pytest.raises(InvalidInputError, match=r"cannot be read|there is no file"):
        client.embed(Image(name))
