"""What is found in text, Office files and pictures, and what is left in peace."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kb.checks.attachment import check_attachment, check_names
from kb.checks.privacy import find_private, is_identity, luhn, most_telling
from kb.source.pictures import stripped, told


def codes(text: str) -> list[str]:
    return sorted(finding.code for finding in find_private(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("身份证11010119900307009７。", "private-identity"),
        ("110101 19900307 0097", "private-identity"),
        ("号码11010519491231002X", "private-identity"),
        ("电话+86 138-0013-8000", "private-phone"),
        ("卡号6222-0200-0000-0000-07", "private-bank"),
        ("卡号4111 1111 1111 1111", "private-bank"),
        ("车牌苏AD12345", "private-plate"),
        ("车牌京A·A1234挂", "private-plate"),
        ("邮箱：a.b_c@mail.example.com.cn", "private-mail"),
        ("邮箱zhangsan88@qq.com。", "private-mail"),
        ("zhangsan@qq.com邮箱", "private-mail"),
        ("电话138\xa00013\xa08000", "private-phone"),
        ("电话138\u20090013\u20098000", "private-phone"),
        ("秘密★长期", "secret-mark"),
        ("秘　密★长期", "secret-mark"),
        ("机 密", "secret-mark"),
        ("密级：机密", "secret-mark"),
        ("> **内部资料**", "secret-mark"),
        ("（工作秘密）", "secret-mark"),
        ("内部资料，请勿外传", "secret-mark"),
        ("绝密★启用前", "secret-mark"),
    ],
)
def test_found(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "先内部资料和检索，再联网",
        "内部材料、工作秘密不发",
        "保守国家秘密，商业秘密另行规定",
        "分为“绝密”“机密”“秘密”三级",
        "2026-11-21 13:00 到 14:00",
        "编号 20261121123456789",
        "[@qinghai:4][@zhibu-gongzuo-tiaoli:第四章]",
        "1234567890123456",
        "信用代码 12320000014001234X5",
        "京A座12345室",
        "无记名投票，秘密表决",
    ],
)
def test_left_in_peace(text: str) -> None:
    assert codes(text) == []


PIECES = [
    "13800138000",
    "1",
    "9 ",
    "-",
    "京A",
    "12345",
    "A",
    "·",
    "a.b",
    "@",
    "[@",
    "c.cn",
    "密",
    "级",
    "：",
    "机密",
    "绝",
    "秘密",
    " ",
    "★",
]
PIECES += ["内部", "资料", "\n", "（", "）", "９", "＠", "汉", "秘", "\xa0"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_quick_look_passes_over_anything(text: str) -> None:
    """Behind the text stands what opens every pattern's way and is nothing itself."""
    found = [finding for finding in find_private(f"{text}\n密级别A @ {'1' * 30}\n") if finding.offset < len(text)]
    assert list(find_private(text)) == found


@given(st.text("0123456789", min_size=17, max_size=17))
def test_one_check_character_fits(digits: str) -> None:
    assert sum(is_identity(digits + last) for last in "0123456789X") == 1


@given(st.text("123456789", min_size=15, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_luhn_sees_any_single_slip(digits: str, at: int, by: int) -> None:
    whole = next((digits + last for last in "0123456789" if luhn(digits + last)), None)
    if whole is not None:
        at %= len(whole)
        slipped = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
        assert not luhn(slipped)


@pytest.mark.parametrize(
    "piece", ["\n", "(汉", '"汉', "13800138000 ", "密级：", "（", "> ", "a@b.", "绝密", "6222 0200 0000 0000 "]
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    began = time.process_time()
    most_telling(text)
    assert time.process_time() - began < 3


def document(**properties: str) -> bytes:
    made = docx.Document()
    made.add_paragraph("联系人手机 13800138000")
    for name in ("author", "last_modified_by", "comments", "title", "subject", "keywords", "category"):
        setattr(made.core_properties, name, properties.get(name, ""))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data: bytes, name: str, before: str, after: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            inner = old.read(part)
            if part.filename == name:
                assert before.encode() in inner
                inner = inner.replace(before.encode(), after.encode())
            new.writestr(part.filename, inner)
    return out.getvalue()


def found(path: str, data: bytes) -> list[str]:
    return sorted(problem.code for problem in check_attachment(path, data))


def test_word_file_with_name_changes_and_number() -> None:
    data = document(author="张某某")
    assert found("content/assets/a.docx", data) == ["attachment-author", "private-phone"]
    changed = repacked(data, "word/document.xml", "<w:r>", '<w:ins w:id="1" w:author="李某" w:date="2026-01-01T00:00:00Z"/><w:r>')
    problems = check_attachment("content/assets/a.docx", changed)
    assert sorted(problem.code for problem in problems) == ["attachment-author", "attachment-changes", "private-phone"]
    assert not any("13800138000" in problem.message or "张某某" in problem.message for problem in problems)


@pytest.mark.parametrize("name", ["title", "subject", "keywords", "comments", "category"])
def test_properties_of_a_word_file_are_read(name: str) -> None:
    data = repacked(document(**{name: "13800138001"}), "word/document.xml", "13800138000", "（略）")
    assert found("content/assets/a.docx", data) == ["private-phone"]


def test_names_of_files_are_read() -> None:
    names = ["content/methods/sanhui-13800138000.md", "content/assets/表.docx", "content/assets/（内部资料）表.docx"]
    problems = check_names(names)
    assert [(one.code, one.spot.path) for one in problems] == [("private-phone", names[0]), ("secret-mark", names[2])]
    assert "13800138000" not in problems[0].message


def test_clean_word_file() -> None:
    assert found("content/assets/a.docx", repacked(document(), "word/document.xml", "13800138000", "（略）")) == []


def test_sheet_with_author_and_card() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "622202000000000007"
    book.properties.creator = "王某"
    out = io.BytesIO()
    book.save(out)
    assert found("content/assets/a.xlsx", out.getvalue()) == ["attachment-author", "private-bank"]


def test_bomb_is_refused_quickly() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"0" * 80_000_000)
    assert found("content/assets/a.docx", out.getvalue()) == ["attachment-unreadable"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\xff" * 100])
def test_broken_files_are_told(data: bytes) -> None:
    problems = check_attachment("content/assets/a.docx", data)
    assert all(problem.code == "attachment-unreadable" for problem in problems)


def picture(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "手机"
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 20, 20)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_metadata_is_told_and_taken_out(kind: str, tmp_path: Path) -> None:
    data = picture(kind)
    path = f"content/assets/a.{kind.lower()}"
    assert found(path, data) == ["picture-metadata"]
    clean = stripped(data)
    assert found(path, clean) == []
    assert told(clean) == []
    before, after = (Image.open(io.BytesIO(one)) for one in (data, clean))
    assert list(before.convert("RGB").tobytes()) == list(after.convert("RGB").tobytes())
    assert stripped(clean) == clean


@given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 200))
def test_any_bytes_are_survived(tail: bytes, kind: str, keep: int) -> None:
    data = picture(kind)[:keep] + tail
    told(stripped(data))


def test_picture_in_a_word_file(tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.author = ""
    made.core_properties.comments = ""
    (tmp_path / "a.jpg").write_bytes(picture("PNG"))
    made.add_picture(str(tmp_path / "a.jpg"))
    out = io.BytesIO()
    made.save(out)
    assert found("content/assets/a.docx", out.getvalue()) == ["picture-metadata"]
