"""Media: sources, conversion from values, reading in chunks."""

from __future__ import annotations

import copy
import errno
import http.client
import io
import os
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed.errors import ApiConnectionError
from twelvelabs_embed.inputs.media import Media, read_head
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.limits.file_signatures import HEAD_BYTES

from tests.inputs.violations import only_violation

# --- sources --------------------------------------------------------------------------------------


def test_four_sources() -> None:
    assert Media.file("a.jpg").value == Path("a.jpg")
    assert Media.bytes(b"abc").value == b"abc"
    assert Media.url("https://a.example/a.jpg").value == "https://a.example/a.jpg"
    assert Media.asset("6298").value == "6298"
    kinds = [Media.file("a"), Media.bytes(b""), Media.url("http://a"), Media.asset("a")]
    kinds.append(Media.object("s3://bucket/a"))
    assert [media.kind for media in kinds] == ["file", "bytes", "url", "asset", "object"]
    assert [media.is_readable for media in kinds] == [True, True, False, False, True]
    labels = ["a", "the data", "http://a", "asset a", "s3://bucket/a"]
    assert [media.label for media in kinds] == labels
    assert Media.file("/").label == "/"


def test_media_are_values() -> None:
    assert Media.file("a.jpg") == Media.file(Path("a.jpg"))
    assert hash(Media.bytes(b"a")) == hash(Media.bytes(bytearray(b"a")))
    assert Media.bytes(b"a", filename="x.jpg") == Media.bytes(b"a", filename="y.jpg")
    assert Media.asset("a") != Media.file("a")
    media = Media.bytes(b"abc", filename="x.jpg")
    assert pickle.loads(pickle.dumps(media)) == copy.deepcopy(media) == media


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Media.file("~/a.jpg").value == tmp_path / "a.jpg"
    assert as_media(Path("~/a.jpg")).value == tmp_path / "a.jpg"
    assert Media.file("~no_such_user_here/a.jpg").value == Path("~no_such_user_here/a.jpg")


def test_nothing_is_opened_when_media_is_made() -> None:
    for value in ("no/such/file.mp4", Path("no/such/file.mp4"), "\0"):
        assert as_media(value).kind == "file"


@pytest.mark.parametrize(
    ("value", "media"),
    [
        ("dog.jpg", Media.file("dog.jpg")),
        ("www.example.com/dog.jpg", Media.file("www.example.com/dog.jpg")),
        ("data/dog.jpg", Media.file("data/dog.jpg")),
        ("a b://dog.jpg", Media.file("a b://dog.jpg")),
        ("https://a.example/dog.jpg", Media.url("https://a.example/dog.jpg")),
        ("HTTP://a.example/dog.jpg", Media.url("HTTP://a.example/dog.jpg")),
        (b"abc", Media.bytes(b"abc")),
        (bytearray(b"abc"), Media.bytes(b"abc")),
        (memoryview(b"abc"), Media.bytes(b"abc")),
        (io.BytesIO(b"abc"), Media.bytes(b"abc")),
        (Media.asset("a"), Media.asset("a")),
    ],
)
def test_as_media(value: Any, media: Media) -> None:
    assert as_media(value) == media


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "no path"),
        ("https://", "no link"),
        ("http:///a.jpg", "no link"),
        ("http://[1/a.jpg", "no link"),
        ("ftp://host/a.jpg?signature=secret", "begins with ftp://"),
        ("s3://key:secret@bucket/a.jpg", "names no bucket"),
        ("s3://bucket", "names no object"),
        ("gs://bucket", "names no object"),
        ("az://container", "names no object"),
        ("AZ://container", "names no object"),
        ("data:image/png;base64,aGk=", "data: link"),
        (42, "of type int"),
        (["a.jpg"], "of type list"),
    ],
)
def test_as_media_rejects(value: Any, said: str) -> None:
    violation = only_violation(lambda: as_media(value))
    assert violation.field == "media"
    assert said in violation.value
    assert violation.hint
    assert "secret" not in str(violation)


@pytest.mark.parametrize("url", ["dog.jpg", "ftp://a/b", "", "file:///etc/passwd"])
def test_url_rejects(url: str) -> None:
    assert "no link" in only_violation(lambda: Media.url(url)).value


@pytest.mark.parametrize(
    "url",
    ["https://a.example/b.jpg\n", "https://a.example/\x00b.jpg", "https://a.example/b\x7f.jpg"],
)
def test_links_have_no_control_characters(url: str) -> None:
    assert "control character" in only_violation(lambda: Media.url(url)).value
    assert Media.url("https://a.example/größe 1.jpg").kind == "url"  # the service may take it


@pytest.mark.parametrize("make", [Media.file, Media.bytes, Media.url, Media.asset])
def test_constructors_reject_other_types(make: Any) -> None:
    for value in (5, None, ["a"]):
        assert "is of type" in only_violation(partial(make, value)).value
    assert "is of type" in only_violation(lambda: Media.bytes("abc")).value  # type: ignore[arg-type]


def test_asset_rejects() -> None:
    assert "no id" in only_violation(lambda: Media.asset(" ")).value


def test_a_file_object_is_read_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "dog.jpg"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        media = as_media(file)
    assert (media.value, media.filename, media.label) == (b"456789", "dog.jpg", "dog.jpg")


def test_file_objects_that_give_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "dog.jpg"
    path.write_text("text")
    with path.open() as text:
        assert "gives str" in only_violation(lambda: as_media(text)).value  # type: ignore[arg-type]
    with path.open("rb") as closed:
        pass
    assert "cannot be read" in only_violation(lambda: as_media(closed)).value
    with path.open("wb") as written:
        assert "cannot be read" in only_violation(lambda: as_media(written)).value


class Disconnected:
    """A file object of a response that ends too early, as http.client has it."""

    def read(self) -> bytes:
        raise http.client.IncompleteRead(b"abc", 5)


class Silent:
    """A file object that raises without a message."""

    def read(self) -> bytes:
        raise EOFError


class BytesPath:
    """A path of bytes, as os.scandir(b".") gives them."""

    def __fspath__(self) -> Any:
        return b"dog.jpg"


def test_what_a_file_object_raises_is_an_error_of_the_input() -> None:
    violation = only_violation(lambda: as_media(Disconnected()))
    assert "IncompleteRead" in violation.value
    assert "(EOFError)" in only_violation(lambda: as_media(Silent())).value
    assert as_media(BytesPath()).value == Path("dog.jpg")


def test_messages_have_no_address_in_memory() -> None:
    with io.BytesIO() as closed:
        pass
    for value in (object(), closed, Disconnected(), len):
        assert "0x" not in only_violation(partial(as_media, value)).value


def test_repr_holds_neither_bytes_nor_secrets() -> None:
    link = "https://me:word@a.example:80/b/c.mp4?X-Amz-Signature=5ecret#t=1"
    assert repr(Media.url(link)) == "Media.url('https://a.example:80/b/c.mp4')"
    assert repr(Media.bytes(bytes(1_000_000))) == "Media.bytes(<1000000 bytes>)"
    assert repr(Media.bytes(b"a", "x.jpg")) == "Media.bytes(<1 bytes>, filename='x.jpg')"
    assert repr(Media.file("a/b.jpg")) == "Media.file('a/b.jpg')"
    assert repr(Media.asset("6298")) == "Media.asset('6298')"
    for media in (Media.file("a" * 5000), Media.asset("a" * 5000), Media.url(link + "a" * 5000)):
        assert len(repr(media)) < 120
        assert len(media.label) < 120


def test_labels_do_not_move_the_cursor() -> None:
    assert "\x1b" not in Media.file("\x1b[2J.mp4").label


# --- reading in chunks ----------------------------------------------------------------------------


@pytest.mark.parametrize("chunk_bytes", [1, 3, 7, 10, 11, 100])
def test_chunks(chunk_bytes: int, tmp_path: Path) -> None:
    data = bytes(range(10))
    path = tmp_path / "a"
    path.write_bytes(data)
    for media in (Media.file(path), Media.bytes(data)):
        assert media.size_bytes == 10
        for _ in range(2):  # read anew
            chunks = list(media.iter_chunks(chunk_bytes))
            assert b"".join(chunks) == data
            assert all(len(chunk) == chunk_bytes for chunk in chunks[:-1])


@pytest.mark.parametrize(
    ("offset", "length", "lengths"),
    [(0, 10, [4, 4, 2]), (3, 4, [4]), (3, 5, [4, 1]), (9, 1, [1]), (5, 0, [])],
)
def test_a_part_is_read_in_chunks(
    offset: int, length: int, lengths: list[int], tmp_path: Path
) -> None:
    data, path = bytes(range(10)), tmp_path / "a"
    path.write_bytes(data)
    for media in (Media.file(path), Media.bytes(data)):
        chunks = list(media.iter_range(offset, length, 4))
        assert b"".join(chunks) == data[offset : offset + length]
        assert [len(chunk) for chunk in chunks] == lengths
        violation = only_violation(lambda: list(media.iter_range(8, 4, 4)))  # noqa: B023
        assert violation.code == "media.changed"
        assert "12 bytes" in violation.value


def test_empty_media_has_no_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    assert list(Media.file(path).iter_chunks(3)) == list(Media.bytes(b"").iter_chunks(3)) == []


@pytest.mark.parametrize(
    ("after", "said"), [(b"x" * 11, "grew"), (b"x" * 8, "shrank"), (b"", "shrank")]
)
@pytest.mark.parametrize("chunk_bytes", [3, 5, 10, 64])
def test_a_file_that_changed_since_its_length_was_declared(
    after: bytes, said: str, chunk_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    media = Media.file(path)
    size_bytes = media.size_bytes
    path.write_bytes(after)
    given: list[bytes] = []
    violation = only_violation(
        lambda: given.extend(media.iter_chunks(chunk_bytes, size_bytes=size_bytes))
    )
    assert said in violation.value
    assert "10 bytes" in violation.value
    assert violation.code == "media.changed"


@pytest.mark.parametrize(("change_bytes", "said"), [(+1, "grew"), (+50, "grew"), (-1, "shrank")])
def test_a_file_that_changes_while_it_is_read(change_bytes: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    size_bytes = 400_000  # more than is read ahead
    path.write_bytes(bytes(size_bytes))
    chunks = Media.file(path).iter_chunks(100_000)
    given = len(next(chunks))
    os.truncate(path, size_bytes + change_bytes)

    def read_on() -> None:
        nonlocal given
        for chunk in chunks:
            given += len(chunk)

    assert said in only_violation(read_on).value
    assert given <= size_bytes


def test_nothing_more_is_read_than_was_declared() -> None:
    violation = only_violation(lambda: list(Media.bytes(b"abc").iter_chunks(3, size_bytes=0)))
    assert "grew" in violation.value
    assert read_head(Media.bytes(bytes(2 * HEAD_BYTES))) == bytes(HEAD_BYTES)
    assert read_head(Media.bytes(b"abc")) == b"abc"


def test_a_lack_of_file_descriptors_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = OSError(errno.EMFILE, "Too many open files")

    def fail(*_: object) -> None:
        raise error

    (tmp_path / "a").touch()
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ApiConnectionError) as caught:
        Media.file(tmp_path / "a").open()
    assert caught.value.__cause__ is error


def test_a_file_of_unchanged_size_may_be_touched(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(400_000))
    chunks = Media.file(path).iter_chunks(100_000)
    first = next(chunks)
    os.utime(path)
    assert len(first) + sum(map(len, chunks)) == 400_000


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = Media.file(tmp_path / "none.mp4")
    assert "there is no file" in only_violation(lambda: missing.size_bytes).value
    assert "none.mp4" in only_violation(missing.open).value
    assert "is a directory" in only_violation(Media.file(tmp_path).open).value
    assert "cannot be read" in only_violation(lambda: list(Media.file("\0").iter_chunks(3))).value


@pytest.mark.parametrize("media", [Media.url("https://a.example/a"), Media.asset("a")])
def test_what_is_elsewhere_has_no_bytes_here(media: Media) -> None:
    for read in (lambda: media.size_bytes, media.open, lambda: list(media.iter_chunks(3))):
        with pytest.raises(ValueError, match="not"):
            read()
