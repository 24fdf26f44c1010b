"""Objects in stores as sources of uploads."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from twelvelabs_embed import InvalidInputError, Media
from twelvelabs_embed._http.encoding import StreamedBody
from twelvelabs_embed.uploads.chunk import Chunk
from twelvelabs_embed.uploads.source import inspect_source

from tests.stores.s3_server import S3Server
from tests.uploads.service import CHUNK_BYTES, Service, Uploader, joined

ADDRESS = "s3://media/films/a%20b.mp4"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(1000)


def test_an_object_is_the_same_upload_until_it_is_replaced(s3: S3Server, tmp_path: Path) -> None:
    s3.fill("media", {"films/a%20b.mp4": MP4})
    source = inspect_source(Media.object(ADDRESS), None)
    assert (source.path, source.filename, source.kind) == (ADDRESS, "a%20b.mp4", "video")
    assert (source.size_bytes, source.mime_type) == (len(MP4), "video/mp4")
    assert source.modified_ns > 1.6e18  # nanoseconds since 1970
    again = inspect_source(Media.object(ADDRESS), None)
    assert again.key("https://api") == source.key("https://api")
    source.check_unchanged()
    s3.fill("media", {"films/a%20b.mp4": MP4 + b"!"})
    longer = inspect_source(Media.object(ADDRESS), None)
    assert longer.key("https://api") != source.key("https://api")


async def test_an_object_is_read_in_a_thread_while_its_chunks_are_sent(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading it waits for the network, and the event loop must not."""
    s3.fill("media", {"films/a%20b.mp4": MP4})
    read, readers = Chunk.read, set[threading.Thread]()

    def recorded(chunk: Chunk) -> Iterator[bytes]:
        readers.add(threading.current_thread())
        yield from read(chunk)

    monkeypatch.setattr(Chunk, "read", recorded)
    service = Service()
    Uploader(service, tmp_path)(Media.object(ADDRESS))
    assert joined(service) == MP4
    (entry,) = {send.body for send in service.sent if send.url == "http://storage/1"}
    assert isinstance(entry, StreamedBody)
    readers.clear()
    assert b"".join([part async for part in entry]) == MP4[:CHUNK_BYTES]
    assert threading.current_thread() not in readers


def test_a_name_that_is_given_goes_before_that_of_the_object(s3: S3Server) -> None:
    s3.fill("media", {"films/a.mp4": MP4})
    source = inspect_source(Media.object("s3://media/films/a.mp4"), "mine.mov")
    assert source.filename == "mine.mov"
    s3.fill("media", {"films/empty.mp4": b""})
    with pytest.raises(InvalidInputError) as caught:
        inspect_source(Media.object("s3://media/films/empty.mp4"), None)
    assert caught.value.violations[0].field == "media"
