"""PDF attachments: names, notes, files, scripts, earlier versions and photographs' data are told; clean ones pass."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kb.checks.attachment import check_attachment

PAGE = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
END = b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def found(data: bytes) -> list[str]:
    problems = check_attachment("content/assets/a.pdf", data)
    assert all(one.spot.path == "content/assets/a.pdf" and one.hint for one in problems)
    return [one.code for one in problems]


def stream(number: int, head: bytes, body: bytes) -> bytes:
    packed = zlib.compress(body)
    return b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, head, len(packed), packed)


def made(words: str) -> bytes:
    import typst  # at the top of a module it would keep every build of this process from forking (kb.processes)

    return typst.compile(words.encode())  # type: ignore[no-any-return]


def test_made_by_a_program_that_keeps_names() -> None:
    data = made('#set document(title: "方案", author: ("王小明",))\n正文')
    assert found(data) == ["attachment-author"]
    (problem,) = check_attachment("content/assets/a.pdf", data)
    assert "王**" in problem.message
    assert "王小明" not in problem.message
    assert found(made('#set document(title: "方案")\n正文')) == []
    assert found(made('#set document(title: "秘密★一年")\n正文')) == ["secret-mark"]


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        (b"3 0 obj\n<</Author (\xfe\xff" + "王小明".encode("utf-16-be").replace(b"\\", b"\\\\") + b")>>\nendobj\n", ["attachment-author"]),
        (b"3 0 obj\n<</Author <FEFF738B5C0F660E>>>\nendobj\n", ["attachment-author"]),
        (b"3 0 obj\n<</Author (" + "王小明".encode("gb18030") + b")>>\nendobj\n", ["attachment-author"]),
        (b"3 0 obj\n<</Author (Li \\(Ming\\) \\114\\151)>>\nendobj\n", ["attachment-author"]),
        (b"3 0 obj\n<</Author 4 0 R>>\nendobj\n4 0 obj\n(Li Ming)\nendobj\n", ["attachment-author"]),
        (b"3 0 obj\n<</Author ()/Creator (WPS Office)/Producer (Skia/PDF m120)>>\nendobj\n", []),
        (stream(3, b"/Type/ObjStm/N 1/First 4", b"4 0 <</Author(Li Ming)>>"), ["attachment-author"]),
        (stream(3, b"/Type/Metadata/Subtype/XML", "<x><dc:creator><rdf:Seq><rdf:li>王小明</rdf:li></rdf:Seq></dc:creator></x>".encode()), ["attachment-author"]),
        (b"3 0 obj\n<</Type/Metadata/Subtype/XML/Length 60>>\nstream\n<x pdf:Author='Li Ming'><dc:creator/></x>\nendstream\nendobj\n", ["attachment-author"]),
        (stream(3, b"/Type/ObjStm", b"4 0 <</Type/Annot/Subtype/Highlight/T(x)>>"), ["attachment-changes"]),
        (b"3 0 obj\n<</Type/Annot/Subtype/Link/Rect[0 0 1 1]>>\nendobj\n", []),
        (b"3 0 obj\n<</Type/Filespec/EF <</F 4 0 R>>>>\nendobj\n", ["attachment-hidden"]),
        (b"3 0 obj\n<</S/JavaScript/JS(app.alert\\(1\\))>>\nendobj\n", ["attachment-hidden"]),
        (stream(3, b"", b"BT /Author (this is a page's own stream) Tj ET"), []),
        (b"%%EOF\n3 0 obj\n<</Type/Page>>\nendobj\n", ["attachment-hidden"]),
    ],
)  # fmt: skip
def test_told(part: bytes, codes: list[str]) -> None:
    assert found(PAGE + part + END) == codes


def test_locked_is_told_and_nothing_guessed() -> None:
    data = PAGE + b"3 0 obj\n<</Author (\x01\x02\x03)>>\nendobj\n" + END.replace(b"<</Root", b"<</Encrypt 9 0 R/Root")
    assert found(data) == ["attachment-unreadable"]


def test_photograph_with_its_place() -> None:
    exif = Image.Exif()
    exif[0x010F] = "某牌相机"
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG", exif=exif)
    picture = b"3 0 obj\n<</Type/XObject/Subtype/Image/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    assert found(PAGE + picture % (len(out.getvalue()), out.getvalue()) + END) == ["picture-metadata"]


def test_no_pdf_is_told() -> None:
    assert found(b"not a pdf") == ["attachment-unreadable"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([PAGE, END, b"stream\n", b"endstream", b"/Author", b"(", b")", b"<", b">", b"\\", b"/ObjStm", b"/XML", b"/FlateDecode", b" obj", b"4 0 R", b"%PDF-", b"\xff\xd8\xff\xe1", b"\xfe\xff", zlib.compress(b"/Author(x)")]) | st.binary(max_size=12), max_size=40))  # fmt: skip
def test_any_bytes_are_survived(parts: list[bytes]) -> None:
    found(b"".join(parts))


@pytest.mark.parametrize(
    "part",
    [
        b"stream\n", b"stream\nendstream", b"/Author", b"/Author(", b"/Author (\\", b"/Author 1 0 R ", b"(((((", b"/Author <", b"1 0 obj ",
        b"<dc:creator>", b"/Author<00", b"%%EOF", b"/JS ", b"obj stream\nx endstream ",
    ],
)  # fmt: skip
def test_time_grows_with_the_size_only(part: bytes) -> None:
    began = time.process_time()
    found(b"%PDF-1.7\n" + part * (4_000_000 // len(part)))
    assert time.process_time() - began < 5


def test_a_packet_of_openings_is_read_soon() -> None:
    began = time.process_time()
    found(PAGE + stream(3, b"/Type/Metadata/Subtype/XML", b"<dc:creator>" * 2_000_000) + END)
    assert time.process_time() - began < 5


def test_a_stream_that_inflates_without_end_is_refused() -> None:
    bomb = stream(3, b"/Type/ObjStm", bytes(60_000_000))
    assert len(bomb) < 100_000
    assert found(PAGE + bomb + END) == ["attachment-unreadable"]
