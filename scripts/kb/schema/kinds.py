"""The field kinds: how each turns a located YAML value into a model value, or into a problem. One visible table."""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from kb.model.schema import SOURCES, VOCABULARY, Field, Schema
from kb.model.value import UNSTATED, Atom, Date, EntryRef, Review, SourceRef, Text, Value, joined
from kb.problem import Level, Notebook
from kb.schema.cadence import FORMS, read_cadence
from kb.syntax.cites import CITE, split_cites
from kb.syntax.tree import Mapping, Node, Scalar, Sequence

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_CHINESE_DATE = re.compile(r"(\d{4})(?:年|/|\.)(?:(\d{1,2})(?:月|/|\.)?(?:(\d{1,2})日?)?)?")
_PLACE_NUMBER = re.compile(r"第?(\d{1,4})段?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a kind's reader is handed besides the value."""

    schema: Schema
    notes: Notebook

    def wrong(self, code: str, node: Node, message: str, hint: str, level: Level = Level.ERROR) -> None:
        self.notes.add(code, node.at, message, hint, level)


QUOTE = "内容里有“冒号加空格”时，给整个内容加上双引号"
MAX_ITEMS = 200
"""Items of one list; the longest real one has thirty."""

Reader = Callable[[Scalar, Field, Reading], Atom | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A field kind: its name for editors, its reader of one value, an example for the scaffold."""

    label: str
    read: Reader
    example: str
    pattern: str = ""
    """A regular expression (ECMA 262) for the JSON Schema, "" where any text will do."""


def read_field(node: Node, field: Field, reading: Reading) -> Value | None:
    """The value of a field; None where it is empty or faulty (then a problem is noted)."""
    if not (field.of if field.kind == "list" else field.kind):
        return None  # its type.yml does not say what it is, and has a problem of its own
    if field.kind == "list":
        return _read_list(node, field, reading)
    if field.kind == "review":
        return _read_review(node, field, reading)
    if not isinstance(node, Scalar):
        shape = "列表" if isinstance(node, Sequence) else "分项"
        reading.wrong(
            "wrong-kind",
            node,
            f"“{field.label}”应是{KINDS[field.kind].label}，这里写成了{shape}",
            "写在冒号后面的同一行，不用 - 和方括号" if isinstance(node, Sequence) else QUOTE,
        )
        return None
    if not node.text.strip():
        return None
    return KINDS[field.kind].read(node, field, reading)


def _read_list(node: Node, field: Field, reading: Reading) -> tuple[Atom, ...] | None:
    if isinstance(node, Scalar):
        if not node.text.strip():
            return None
        if node.text.strip() == UNSTATED and field.of in {"text", "cadence"}:
            node = Sequence((node,), node.at)
        else:
            hint = "“-”后面空一格" if node.text.startswith("-") else "另起一行，每项以“- ”开头；或写成 [甲, 乙]"
            reading.wrong("wrong-kind", node, f"“{field.label}”应是列表，这里只写了一行文字", hint)
            return None
    if isinstance(node, Mapping):
        reading.wrong("wrong-kind", node, f"“{field.label}”应是列表，这里写成了分项", "每项前面加“- ”")
        return None
    if len(node.items) > MAX_ITEMS:
        reading.wrong("too-long", node, f"“{field.label}”有 {len(node.items)} 项，超过 {MAX_ITEMS} 项", "拆成几条来写")
        return None
    values: list[Atom] = []
    read = KINDS[field.of].read if field.of != "review" else None
    for item in node.items:
        value: Atom | None
        if read is None:
            value = _read_review(item, field, reading)
        elif not isinstance(item, Scalar):
            hint = QUOTE if isinstance(item, Mapping) else "每项只写一行，不再分项"
            reading.wrong("wrong-kind", item, f"“{field.label}”的每一项应是{KINDS[field.of].label}", hint)
            continue
        elif not item.text.strip():
            reading.wrong("empty-item", item, f"“{field.label}”里有一个空项", "补上内容，或删去这一行", Level.WARNING)
            continue
        else:
            value = read(item, field, reading)
        if value is not None and value in values:
            reading.wrong("repeated-item", item, f"“{field.label}”里这一项写了两遍", "删去重复的一行", Level.WARNING)
        elif value is not None:
            values.append(value)
    if field.of == "entry" and len(values) > 1:
        return joined(value for value in values if isinstance(value, EntryRef))
    return tuple(values) or None


def _read_review(node: Node, field: Field, reading: Reading) -> Review | None:
    if not isinstance(node, Mapping):
        reading.wrong(
            "wrong-kind",
            node,
            f"“{field.label}”应分项写明 by 审核人岗位、on 日期",
            "如 {stage: 初审, by: 机关党委办公室, on: 2026-11-20}",
        )
        return None
    texts: dict[str, str] = {}
    date: Date | None = None
    for key, value in node.pairs:
        if key.text not in {"stage", "by", "on", "note", "seen"} or not isinstance(value, Scalar):
            reading.wrong("unknown-field", key, f"“{field.label}”里没有“{key.text[:40]}”这一项", "只有 stage、by、on、note 四项")
            return None
        if key.text == "on":
            found = _date(value, field, reading)
            if not isinstance(found, Date):
                if found is not None:
                    reading.wrong("wrong-kind", value, f"“{field.label}”的 on 要写明日期", "写成 2026-11-30")
                return None
            date = found
        else:
            texts[key.text] = value.text.strip()
    if not texts.get("by") or date is None:
        reading.wrong(
            "missing-field", node, f"“{field.label}”缺少 by（审核人岗位）或 on（日期）", "如 {by: 机关党委办公室, on: 2026-11-20}"
        )
        return None
    if texts.get("stage", "") not in {"", "初审", "复审", "终审"}:
        reading.wrong("not-an-option", node, f"“{field.label}”的 stage 只能是 初审、复审、终审", "改成三者之一")
        return None
    return Review(texts["by"], date, texts.get("stage", ""), texts.get("note", ""), texts.get("seen", ""))


def _text(node: Scalar, field: Field, reading: Reading) -> Text | None:
    value = split_cites(node.text.strip())
    if field.kind != "paragraphs" and "[@" in value.text and CITE.search(value.text):
        value = Text(node.text.strip(), value.cites)
    _length(node, value.text, field, reading)
    return value


def _title(node: Scalar, field: Field, reading: Reading) -> str | None:
    text = " ".join(node.text.split())
    if "\n" in node.text.strip() or len(text) > 80:
        reading.wrong("too-long", node, f"“{field.label}”要在一行之内，不超过80字", "写短一些，细节放到摘要或正文")
        return None
    if re.search(r"[<>\[\]{}|\\]", text):
        reading.wrong("bad-character", node, f"“{field.label}”里有不能用的符号", "不用 < > [ ] { } | \\ 这些符号")
        return None
    return text


def _length(node: Scalar, text: str, field: Field, reading: Reading) -> None:
    if field.max and len(text) > field.max:
        reading.wrong(
            "too-long", node, f"“{field.label}”有 {len(text)} 字，超过 {field.max} 字", f"压到 {field.max} 字以内，其余写到正文"
        )


def _slug(node: Scalar, field: Field, reading: Reading) -> str | None:
    text = node.text.strip()
    if SLUG.fullmatch(text):
        return text
    hint = "只用小写字母、数字和连字符，如 sanhui-yike"
    if ".." in text or "/" in text or "\\" in text:
        hint = "编号不是路径，不能有 / 和 ..；" + hint
    reading.wrong("bad-id", node, f"“{field.label}”写成了“{text[:40]}”", hint)
    return None


def _integer(node: Scalar, field: Field, reading: Reading) -> int | None:
    if re.fullmatch(r"-?\d{1,12}", node.text.strip()):
        return int(node.text)
    reading.wrong("wrong-kind", node, f"“{field.label}”应是整数，这里是“{node.text[:20]}”", "只写半角数字，单位不要写")
    return None


def _date(node: Scalar, field: Field, reading: Reading) -> Date | Text | None:
    text = node.text.strip()
    if text == UNSTATED:
        return Text(text)
    match = _DATE.fullmatch(text)
    if not match:
        chinese = _CHINESE_DATE.fullmatch(text)
        hint = "写成 2026、2026-11 或 2026-11-30"
        if chinese:
            hint = "写成 " + "-".join(f"{int(part):02}" for part in chinese.groups() if part)
        reading.wrong("wrong-kind", node, f"“{field.label}”不是日期：“{text[:20]}”", hint)
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 31
    if not 1900 <= year <= 2200 or (match.group(2) and not 1 <= month <= 12) or (match.group(3) and not 1 <= day <= last):
        what = "月份" if match.group(2) and not 1 <= month <= 12 else "年份" if not 1900 <= year <= 2200 else "日子"
        reading.wrong("no-such-date", node, f"“{field.label}”的日期不存在：{text}", f"{what}写错了，请核对")
        return None
    return Date(year, month, day)


def _choice(node: Scalar, field: Field, reading: Reading) -> str | None:
    return _of_vocabulary(node, field, reading, field.vocabulary)


def _of_vocabulary(node: Scalar, field: Field, reading: Reading, vocabulary: str) -> str | None:
    """One of the words of a vocabulary, or of the field's own options where none is named."""
    text = node.text.strip()
    if vocabulary:
        where = VOCABULARY.format(vocabulary)
        if where in reading.schema.unsure:
            return text
        words = reading.schema.vocabularies[vocabulary].words()
        allowed: Collection[str] = words
        if text in words:
            return words[text]
    else:
        allowed = field.options
        if text in field.options:
            return text
        where = ""
    near = nearest(text, allowed)
    hint = f"是不是“{near}”？" if near else ""
    listed = "、".join(list(dict.fromkeys(allowed))[:12])
    hint = _parted(text, allowed) or hint
    hint += f"可选：{listed}" + ("……" if len(allowed) > 12 else "") + (f"；要加新词，改 {where}" if where else "")
    code = "not-in-vocabulary" if vocabulary else "not-an-option"
    reading.wrong(code, node, f"“{field.label}”里没有“{text[:40]}”这个选项", hint)
    return None


def _parted(text: str, allowed: Collection[str] | None = None) -> str:
    """What to say where several items stand as one, parted by Chinese commas."""
    parts = [part.strip() for part in re.split("[，、]", text)]
    if len(parts) < 2 or not any(part in allowed if allowed is not None else SLUG.fullmatch(part) for part in parts):
        return ""
    return f"项与项之间用半角逗号加空格：[{', '.join(parts)[:80]}]；"


def _entry(node: Scalar, field: Field, reading: Reading) -> EntryRef | None:
    text = node.text.strip()
    target, _, place = text.partition(":")
    if SLUG.fullmatch(target.strip()):
        return EntryRef(target.strip(), place.strip())
    hint = _parted(text) + "写条目的编号（文件名去掉 .md），如 sanhui-yike"
    if ".." in text or "/" in text:
        hint = "只写编号，不写路径；" + hint
    reading.wrong("bad-reference", node, f"“{field.label}”不是条目编号：“{text[:40]}”", hint)
    return None


def _source(node: Scalar, field: Field, reading: Reading) -> SourceRef | None:
    key, _, place = node.text.strip().replace("：", ":").partition(":")
    documents = reading.schema.documents
    document = documents.get(key.strip())
    number = _PLACE_NUMBER.fullmatch(place.strip())
    if SOURCES in reading.schema.unsure:
        return SourceRef(key.strip(), int(number.group(1)) if number else 0)
    if document is None:
        near = nearest(key.strip(), documents)
        known = f"已登记：{'、'.join(documents)}；" if documents else ""
        hint = (f"是不是“{near}”？" if near else "") + f"{known}新来源先登记到 {SOURCES}"
        reading.wrong("unknown-source", node, f"来源“{key[:40]}”没有登记", hint)
        return None
    if not number or not 1 <= int(number.group(1)) <= document.paragraphs:
        reading.wrong(
            "no-such-place",
            node,
            f"“{field.label}”没有写对段号：“{node.text[:40]}”",
            f"写成“{key}:段号”，段号从 1 到 {document.paragraphs}",
        )
        return None
    return SourceRef(document.id, int(number.group(1)))


def _item(node: Scalar, field: Field, reading: Reading) -> str | None:
    text = node.text.strip()
    if text in reading.schema.items or any(path.startswith("content/sources") for path in reading.schema.unsure):
        return text
    near = nearest(text, reading.schema.items)
    reading.wrong(
        "unknown-item",
        node,
        f"来源文献登记里没有“{text[:40]}”",
        (f"是不是“{near}”？" if near else "") + "编号见 content/sources/",
    )
    return None


def _cadence(node: Scalar, field: Field, reading: Reading) -> Atom | None:
    value = split_cites(node.text.strip())
    cadence = read_cadence(value.text, value.cites)
    if cadence is None:
        reading.wrong("wrong-kind", node, f"“{field.label}”看不懂：“{value.text[:30]}”", f"可写 {FORMS}；说明放在后面的（）里")
    return cadence


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like this one, "" where none is near."""
    found = difflib.get_close_matches(word[:80], list(known), 1, 0.55)
    return found[0] if found else ""


def _role(node: Scalar, field: Field, reading: Reading) -> str | None:
    return _of_vocabulary(node, field, reading, "roles")


def _place(node: Scalar, field: Field, reading: Reading) -> str | None:
    return _of_vocabulary(node, field, reading, "places")


KINDS: dict[str, Kind] = {
    "slug": Kind("编号", _slug, "sanhui-yike", r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    "title": Kind("一行文字", _title, ""),
    "text": Kind("一行文字", _text, ""),
    "paragraphs": Kind("一段或几段文字", _text, ""),
    "integer": Kind("整数", _integer, "1", r"^-?\d+$"),
    "date": Kind("日期", _date, "2026-11-30", r"^(\d{4}(-\d{1,2}(-\d{1,2})?)?|来源未载明)$"),
    "choice": Kind("选项", _choice, ""),
    "entry": Kind("条目编号", _entry, "", r"^[a-z0-9]+(-[a-z0-9]+)*(:.+)?$"),
    "source": Kind("来源编号:段号", _source, "", r"^[a-z0-9-]+[:：]\s*第?\d+段?$"),
    "item": Kind("来源条目编号", _item, ""),
    "role": Kind("责任主体", _role, ""),
    "place": Kind("地区", _place, ""),
    "cadence": Kind("频次", _cadence, "每季度1次"),
}
"""Kinds of single values; `list` (of any of these or of `review`) and `review` have shapes of their own."""
SHAPED = ("list", "review")
