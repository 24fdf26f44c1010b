"""What the emulator reads of a PDF: its pages in order, and their words."""

import io
import sys

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.media.sources import Media, in_memory

from tests.emulator.helpers import MIB


@pytest.fixture
def writer(tmp_path):
    """Three pages, each with a sentence."""
    texts = ["(one)", "two \\ 2", "a naïve fox"]
    return PdfWriter(clone_from=samples.document(tmp_path / "a.pdf", pages=texts))


def read(writer):
    file = io.BytesIO()
    writer.write(file)
    return open_document(in_memory(file.getvalue()), "x").pages


def test_pages_come_in_their_order_and_those_no_longer_shown_do_not(writer):
    pages = list(writer.pages)
    writer.insert_page(pages[2], 0)
    writer.remove_page(pages[1])
    assert read(writer) == ("a naïve fox", "(one)", "a naïve fox")


def test_a_frozen_program_reads_a_pdf_itself(writer, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/nothing/to/start")
    assert read(writer) == ("(one)", "two \\ 2", "a naïve fox")
    with pytest.raises(ApiError, match=r"the PDF is broken, .* \(\w+: "):
        open_document(in_memory(b"%PDF-1.4 and no more"), "x")


def test_modules_in_the_current_folder_do_not_take_part(writer, tmp_path, monkeypatch):
    (tmp_path / "pypdf.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert read(writer) == ("(one)", "two \\ 2", "a naïve fox")


def test_an_edited_file_is_as_it_is_now(tmp_path):
    """What was edited is behind the rest, where the first page still lies."""
    path = samples.document(tmp_path / "a.pdf", pages=["was", "stays"])
    writer = PdfWriter(path, incremental=True)
    writer.remove_page(0)
    writer.write(path)
    assert b"(was)" in path.read_bytes()
    assert open_document(in_memory(path.read_bytes()), "x").pages == ("stays",)


def test_words_of_compressed_pages(writer):
    for page in writer.pages:
        page.compress_content_streams()
    assert read(writer) == ("(one)", "two \\ 2", "a naïve fox")


def drawing(writer, content):
    stream = DecodedStreamObject()
    stream.set_data(content)
    page = writer.add_blank_page(100, 100)
    page[NameObject("/Contents")] = writer._add_object(stream)


def test_pages_without_words_are_known_by_what_they_draw():
    writer = PdfWriter()
    for content in (b"0 0 9 9 re f", b"0 0 9 8 re f", b"0 0 9 9 re f", b""):
        drawing(writer, content)
    first, second, third, empty = pages = read(writer)
    assert first == third
    assert len({first, second, empty}) == 3
    assert read(writer) == pages


def test_pages_of_pictures_are_known_by_them(tmp_path):
    pictures = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "red")]
    pictures[0].save(tmp_path / "a.pdf", save_all=True, append_images=pictures[1:])
    red, blue, again = open_document(in_memory((tmp_path / "a.pdf").read_bytes()), "x").pages
    assert red == again != blue


def encrypted(writer):
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def encrypted_by_aes(writer):
    """By what pypdf needs another package for; only its dictionary is like that of a real file."""
    file = io.BytesIO()
    writer.write(file)
    keys = b"/O (%b) /U (%b) /OE (%b) /UE (%b)" % (b"o" * 48, b"u" * 48, b"e" * 32, b"f" * 32)
    filters = b"/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
    how = b"/Filter /Standard /V 5 /R 6 /Length 256 /P -4 /Perms (%b)" % (b"p" * 16)
    encryption = b"/Encrypt << %b %b %b >> /ID [(a) (a)] /Root" % (how, keys, filters)
    head, _, tail = file.getvalue().rpartition(b"/Root")
    return head + encryption + tail


@pytest.mark.parametrize("encrypt", [encrypted, encrypted_by_aes])
def test_encrypted_pdfs_are_rejected(writer, encrypt):
    with pytest.raises(ApiError) as caught:
        open_document(in_memory(encrypt(writer)), "x")
    assert "the PDF is encrypted" in caught.value.message


# ------------------------------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "not a PDF, plain text in UTF-8 or Markdown"),
        ("na\u00efve".encode("latin-1"), "not a PDF, plain text in UTF-8 or Markdown"),
        (b"", "no content"),
        (b" \n", "no content"),
        (b"\xef\xbb\xbf", "no content"),
    ],
)
def test_documents_that_are_not_read(data, reason):
    with pytest.raises(ApiError, match=f"^x: .*{reason}") as caught:
        open_document(in_memory(data), "x")
    assert (caught.value.status, caught.value.code) == (400, "parameter_invalid")


def test_texts_and_where_a_pdf_may_begin(tmp_path):
    assert open_document(in_memory("\ufeffa dog".encode()), "x").pages == ("a dog",)
    pdf = samples.document(tmp_path / "a.pdf", pages=["one"]).read_bytes()
    shifted = open_document(in_memory(b" " * 1000 + pdf), "x")
    assert (shifted.is_pdf, shifted.version, shifted.pages) == (True, "1.4", ("one",))
    assert not open_document(in_memory(b" " * 1024 + pdf), "x").is_pdf
    named = samples.document(tmp_path / "b.pdf", pages=["/Encrypt is a word"]).read_bytes()
    assert open_document(in_memory(named), "x").pages == ("/Encrypt is a word",)


@pytest.mark.parametrize(("size_bytes", "status"), [(64 * MIB + 1, 400), (512 * MIB + 1, 413)])
def test_documents_that_are_too_large(size_bytes, status):
    with pytest.raises(ApiError, match=f"{size_bytes} bytes") as caught:
        open_document(Media(size_bytes, io.BytesIO), "x")
    assert caught.value.status == status
    assert open_document(Media(64 * MIB, lambda: io.BytesIO(b"a dog")), "x").pages == ("a dog",)
