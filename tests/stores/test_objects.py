"""Objects in stores, by a real S3 server: addresses, listing, reading by ranges, links."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import pairwise
from random import Random

import httpx
import pytest
from twelvelabs_embed import InvalidInputError, Media
from twelvelabs_embed.bulk.globs import key_pattern
from twelvelabs_embed.bulk.store_sources import media_objects
from twelvelabs_embed.errors import ApiConnectionError
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.object_stores import (
    StoredObject,
    host_kind,
    list_objects,
    split_address,
)
from twelvelabs_embed.validation.media_probe import MediaFacts, look_up, probe

from tests.stores.s3_server import SECRET_KEY, S3Server

SPECIAL_KEYS = [
    "a b.jpg",
    "a%20b.jpg",
    "a+b.jpg",
    "a&b=c.jpg",
    "q?x=1.jpg",
    "h#1.jpg",
    "[x]*.jpg",
    "'q\".jpg",
    "e\\f.jpg",
    "~t.jpg",
    "ü/ö 日本.jpg",
    "s3:/x.jpg",
]


def ids(address: str) -> list[str]:
    return [str(one) for one in media_objects(address) if isinstance(one, StoredObject)]


@pytest.mark.parametrize("key", SPECIAL_KEYS)
def test_a_key_is_literal(s3: S3Server, key: str) -> None:
    s3.fill("media", {key: b"content", "other.jpg": b"other"})
    address = f"s3://media/{key}"
    media = Media.object(address)
    assert media.size_bytes == 7
    expected = MediaFacts(label=media.label, size_bytes=7, link_host="private")
    assert look_up(media) == expected
    assert media.open().read() == b"content"
    assert ids(address) == [address]
    stored = media.stored
    assert stored is not None
    assert stored.name == key.rpartition("/")[2]
    link = stored.link()
    assert link is not None
    assert "X-Amz-Expires=21600" in link  # six hours
    assert httpx.get(link, trust_env=False).content == b"content"


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3:///key.jpg",
        "s3://media",
        "s3://media/",
        "s3://media/folder/",
        "s3://media/a//b.jpg",
        "s3://media/./b.jpg",
        "s3://media/a/../b.jpg",
        "s3://media/a\nb.jpg",
        "s3://media/a\x7fb.jpg",
        "s3://-media/b.jpg",
        "s3://media-/b.jpg",
        "s3://Media_x/b.jpg",
        f"s3://AKIA:{SECRET_KEY.replace('/', '')}@media/b.jpg",
    ],
)
def test_what_names_no_object_is_an_error_that_shows_no_credentials(address: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Media.object(address)
    (violation,) = caught.value.violations
    assert (violation.field, violation.code) == ("media", "media.invalid")
    assert violation.hint
    assert "AKIA" not in str(caught.value)


def test_ten_thousand_objects_are_listed_by_pages_and_not_read(s3: S3Server) -> None:
    s3.fill("media", {})
    s3.add_empty("media", [f"raw/{number:05}.jpg" for number in range(10_000)])
    s3.requests.clear()
    found = ids("s3://media/raw/")
    assert len(found) == 10_000
    assert all(first < second for first, second in pairwise(found))
    assert s3.requests == {"GET list": 10}


def test_listing_gives_sizes_and_versions(s3: S3Server) -> None:
    s3.fill("media", {"a.jpg": b"abc"})
    (found,) = list_objects("s3", "media")
    assert isinstance(found, StoredObject)
    s3.requests.clear()
    assert found.stat().size_bytes == 3
    assert found.stat().etag
    assert not s3.requests


def test_what_is_no_media_or_hidden_is_left_out(s3: S3Server) -> None:
    s3.fill(
        "media",
        dict.fromkeys(
            ("x/a.JPG", "x/b.txt", "x/c.ts", "x/.d.jpg", "x/.e/f.jpg", "x/g", "y.jpg"), b"a"
        ),
    )
    assert ids("s3://media/x") == ids("s3://media/x/") == ["s3://media/x/a.JPG"]
    assert ids("s3://media") == ids("s3://media/") == ["s3://media/x/a.JPG", "s3://media/y.jpg"]
    assert ids("s3://media/x/.d.jpg") == ["s3://media/x/.d.jpg"]
    assert ids("s3://media/x/.e/") == ids("s3://media/x/.e/*") == ["s3://media/x/.e/f.jpg"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jpg", ["c.jpg"]),
        ("a/*.jpg", ["a/1.jpg", "a/2.jpg"]),
        ("a/**", ["a/1.jpg", "a/2.jpg", "a/b/3.jpg"]),
        ("**/*.jpg", ["a/1.jpg", "a/2.jpg", "a/b/3.jpg", "c.jpg"]),
        ("a/[2-9].jpg", ["a/2.jpg"]),
        ("a/[!2].jpg", ["a/1.jpg"]),
        ("a/?/3.jpg", ["a/b/3.jpg"]),
    ],
)
def test_a_glob_matches_keys(s3: S3Server, pattern: str, expected: list[str]) -> None:
    s3.fill("media", dict.fromkeys(("a/1.jpg", "a/2.jpg", "a/b/3.jpg", "c.jpg"), b"a"))
    assert ids(f"s3://media/{pattern}") == [f"s3://media/{key}" for key in expected]


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("a?b*", ["axb", "a?b.\n"], ["ab", "a/b", "axb/", "axbc/d"]),
        ("a[!b]c", ["axc", "a!c"], ["abc", "a/c", "ac"]),
        ("a[+-9]c", ["a0c", "a+c"], ["a/c", "a:c"]),
        ("[^a]", ["^", "a"], ["b"]),
        ("[]a-]", ["]", "a", "-"], ["b"]),
        ("[!]a]", ["b", "-"], ["]", "a"]),
        ("[[\\]", ["[", "\\"], ["]"]),
        ("a[z-b]", [], ["az", "ab", "a-", "a"]),
        ("a[b", ["a[b"], ["ab"]),
        ("**", ["a", "a/b", "a\n/b"], []),
        ("a**b", ["ab", "axb", "a/x/b"], ["a/bc"]),
        ("a/**/b", ["a/b", "a/x/y/b"], ["ab", "a/xb", "x/a/b"]),
    ],
)
def test_a_pattern_matches_whole_keys(pattern: str, matched: list[str], others: list[str]) -> None:
    expression = key_pattern(pattern)
    found = [one for one in (*matched, *others) if expression.fullmatch(one)]
    assert found == matched


@pytest.mark.parametrize("sign", ["\\", "^", "-", "]", "(", ".", "$"])
def test_other_signs_of_a_glob_are_literal(sign: str) -> None:
    pattern = key_pattern(f"a{sign}*")
    assert pattern.fullmatch(f"a{sign}x\ny")
    assert not pattern.fullmatch("a!x")


def test_a_key_that_cannot_be_read_is_an_error_of_its_folder_alone(s3: S3Server) -> None:
    s3.fill("media", dict.fromkeys(("a//b.jpg", "a/1.jpg", "b/1.jpg", "c.jpg"), b"a"))
    found = list(media_objects("s3://media"))
    assert [str(one) for one in found if isinstance(one, StoredObject)] == [
        "s3://media/b/1.jpg",
        "s3://media/c.jpg",
    ]
    assert [one.address for one in found if isinstance(one, StoreError)] == ["s3://media/a/"]


@pytest.mark.parametrize("place", ["nobucket", "media/none", "media/none/", "media/*.gif"])
def test_where_there_is_nothing_is_an_error_of_the_source(s3: S3Server, place: str) -> None:
    s3.fill("media", {"a.jpg": b"a"})
    with pytest.raises(InvalidInputError) as caught:
        ids(f"s3://{place}")
    assert [one.field for one in caught.value.violations] == ["source"]


def test_a_bucket_that_denies_is_an_error_of_the_source(s3: S3Server) -> None:
    s3.fill("media", {"a.jpg": b"a"})
    s3.denied.add("media")
    for address in ("s3://media", "s3://media/a.jpg", "s3://media/*.jpg"):
        with pytest.raises(InvalidInputError) as caught:
            ids(address)
        (violation,) = caught.value.violations
        assert violation.field == "source"
        assert "s3://media" in violation.value
        assert violation.allowed
        assert violation.hint
        assert SECRET_KEY not in str(caught.value)


def test_a_store_that_is_away_is_an_error_of_the_connection(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    from twelvelabs_embed.inputs import store_access

    quick = {"max_retries": 0, "retry_timeout": timedelta(seconds=1)}
    monkeypatch.setattr(store_access, "_RETRIES", quick)
    with pytest.raises(ApiConnectionError):
        ids("s3://media")


def test_a_video_is_inspected_by_ranges(
    s3: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from twelvelabs_embed_emulator import samples

    path = samples.write_padded_video(tmp_path_factory.mktemp("large") / "a.mp4", 24 << 20)
    s3.fill("media", {"a.mp4": path.read_bytes()})
    here, there = probe(Media.file(path)), probe(Media.object("s3://media/a.mp4"))
    assert there.size_bytes == here.size_bytes
    assert there.duration_sec == pytest.approx(here.duration_sec, abs=0.2)
    assert (there.width_px, there.height_px, there.has_audio) == (
        here.width_px,
        here.height_px,
        here.has_audio,
    )
    assert s3.sent_bytes < (here.size_bytes or 0) / 8


@pytest.mark.parametrize("size_bytes", [0, 1 << 20])
def test_a_small_object_is_read_once(s3: S3Server, image: bytes, size_bytes: int) -> None:
    image = image.ljust(size_bytes, b"\0")
    s3.fill("media", {"a.jpg": image})
    media = Media.object("s3://media/a.jpg")
    s3.requests.clear()
    assert probe(media, "image").width_px == 160
    assert b"".join(media.iter_chunks(1000)) == image
    assert s3.requests == {"HEAD object": 1, "GET object": 1}


def test_an_object_that_changes_while_it_is_read_is_an_error(s3: S3Server) -> None:
    s3.fill("media", {"a.bin": bytes(3 << 20)})
    media = Media.object("s3://media/a.bin")
    chunks = media.iter_chunks(1 << 16)
    next(chunks)
    s3.client().put_object(Bucket="media", Key="a.bin", Body=bytes(range(256)) * (3 << 12))
    with pytest.raises(InvalidInputError) as caught:
        list(chunks)
    (violation,) = caught.value.violations
    assert violation.code == "media.object_unreadable"
    assert "s3://media/a.bin" in violation.value


@pytest.mark.parametrize("bucket", ["m", "$web", "a-b.c_d", "0a9"])
def test_a_bucket_has_a_name_that_some_store_allows(bucket: str) -> None:
    assert split_address(f"AZ://{bucket}/a/b") == ("az", bucket, "a/b")
    assert split_address(f"gs://{bucket}") == ("gs", bucket, "")


def test_an_object_is_read_as_a_file_is(s3: S3Server) -> None:
    content = Random(1).randbytes((3 << 20) + 17)
    s3.fill("media", {"a.bin": content})
    there, here, random = Media.object("s3://media/a.bin").open(), io.BytesIO(content), Random(2)
    places = [0, 1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, len(content) - 1, len(content)]
    for _ in range(60):
        place, count = random.choice(places), random.choice([0, 1, 100, 70_000, 300_000])
        whence = random.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
        start = {io.SEEK_SET: 0, io.SEEK_CUR: here.tell(), io.SEEK_END: len(content)}[whence]
        for file in (there, here):
            assert file.seek(place - start, whence) == place
        for _ in range(2):  # also on from there
            assert there.read(count) == here.read(count)
            assert there.tell() == here.tell()
    with pytest.raises(OSError, match="before the start"):
        there.seek(-1)


def test_ranges_grow_while_reading_continues(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.fill("media", {"a.bin": bytes(20 << 20)})
    ranges = list[tuple[int, int]]()
    read = StoredObject.read_range

    def recorded(stored: StoredObject, start: int, length: int) -> bytes:
        ranges.append((start >> 10, length >> 10))
        return read(stored, start, length)

    monkeypatch.setattr(StoredObject, "read_range", recorded)
    file = Media.object("s3://media/a.bin").open()
    while file.read(1 << 18):
        pass
    # The head, and then twice as much each time, in KB.
    lengths = [length for _, length in ranges]
    assert lengths == [256, 128, 256, 512, 1024, 2048, 4096, 8192, 3968]
    assert all(start + length == after for (start, length), (after, _) in pairwise(ranges))
    file.seek(10 << 20)
    file.read(1)
    assert ranges[-1] == (10 << 10, 64)


def test_a_part_is_read_from_where_it_begins(s3: S3Server) -> None:
    content = bytes(range(256)) * (6 << 12)
    s3.fill("media", {"a.bin": content})
    media = Media.object("s3://media/a.bin")
    s3.sent_bytes = 0
    assert b"".join(media.iter_range(5 << 20, 1000, 300)) == content[5 << 20 : (5 << 20) + 1000]
    assert s3.sent_bytes < 1 << 20
    assert b"".join(media.iter_range(len(content) - 1, 1, 300)) == content[-1:]


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://media.s3.eu-west-1.amazonaws.com/a.mp4?X-Amz-Signature=1", "public"),
        ("https://storage.googleapis.com/media/a.mp4", "public"),
        ("https://8.8.8.8/a.mp4", "public"),
        ("http://127.0.0.1:9000/a.mp4", "private"),
        ("http://10.1.2.3/a.mp4", "private"),
        ("http://[::1]:9000/a.mp4", "private"),
        ("http://minio:9000/a.mp4", "private"),
        *(
            (f"http://minio.{at}/a.mp4", "private")
            for at in ("internal", "local", "localhost", "lan")
        ),
        ("http://localhost/a.mp4", "private"),
    ],
)
def test_a_link_to_a_private_host_is_not_for_the_service(link: str, kind: str) -> None:
    assert host_kind(link) == kind


def test_objects_are_equal_by_their_address_alone(s3: S3Server) -> None:
    s3.fill("media", {"a.jpg": b"a"})
    one, other = Media.object("s3://media/a.jpg"), Media.object("S3://media/a.jpg")
    assert one.size_bytes == 1
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == "Media.object('s3://media/a.jpg')"
