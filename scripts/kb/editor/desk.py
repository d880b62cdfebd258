"""From what the page asks to what it is answered: open an entry, check an unsaved text, save it, begin a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kb.editor import files
from kb.editor.checking import check_draft, placed, read_draft
from kb.editor.conflict import conflict
from kb.editor.controls import PARTS, form
from kb.editor.draft import Draft, RefusedError, kind_of, take_draft
from kb.editor.fields import UnwritableError, Value
from kb.editor.house import UNREAD, House
from kb.editor.preview import article
from kb.editor.spans import read_head
from kb.editor.texts import encoded, shown
from kb.model.schema import EntryType
from kb.problem import Level
from kb.project import MAX_FILE_BYTES
from kb.report import summary
from kb.scaffold import scaffold
from kb.schema.kinds import SLUG
from kb.source.folder import suggest_id


def begin(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """What the page needs once: the types with their forms, the sources."""
    schema = house.schema
    return {
        "types": [form(kind, schema) for kind in schema.ordered_types()],
        "parts": [list(part) for part in PARTS],
        "statuses": [*dict.fromkeys(word for kind in schema.ordered_types() for word in _statuses(kind)), UNREAD],
        "sources": [
            {"id": one.id, "title": one.title, "short": one.short, "paragraphs": one.paragraphs}
            for one in schema.documents.values()
        ],
        "state": summary(house.intake.problems, house.intake.entries),
    }


def _statuses(kind: EntryType) -> tuple[str, ...]:
    field = kind.field("status")
    return field.options if field is not None else ()


def entries(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """The list of entries."""
    if wish.get("fresh") is True:
        house.catch_up()
    words, kind, status = (str(wish.get(key) or "")[:100] for key in ("words", "type", "status"))
    return house.listed(words, kind, status)


def find(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Entries or items of the sources to refer to."""
    words = str(wish.get("words") or "")[:100]
    if wish.get("kind") == "item":
        return {"rows": house.matching_items(words)}
    types = wish.get("types")
    return {"rows": house.matching(words, [str(one) for one in types] if isinstance(types, list) else [])}


def open_entry(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its text, the values for its form, and what names what it held (`digest`)."""
    path = str(wish.get("path") or "")
    file = files.locate(house.project, house.schema, path)
    data = files.read(file)
    if data is None:
        raise RefusedError("没有这个文件，可能已经改名或删去", gone=True)
    if len(data) > MAX_FILE_BYTES:
        raise RefusedError(f"文件有 {len(data) / 1e6:.1f} MB，太大，不能在这里改")
    seen = shown(data)
    if seen is None:
        raise RefusedError("文件里的字节不是文字，不能在这里改；先另存为 UTF-8 文本")
    return {**_told(house, path, seen.text), "digest": files.digest(data), "encoding": seen.encoding}


def begin_entry(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """The text of a new entry; no file is written before it is saved."""
    kind = house.schema.types.get(str(wish.get("type") or ""))
    title = " ".join(str(wish.get("title") or "").split())
    if kind is None or not title:
        raise RefusedError("选好类型，写上标题")
    key = str(wish.get("id") or "") or suggest_id(title)
    if not SLUG.fullmatch(key):
        raise RefusedError("编号只用小写字母、数字和连字符，如 sanhui-yike")
    known = house.intake.library.cards.get(key)
    path = f"content/{kind.folder}/{key}.md"
    file = files.locate(house.project, house.schema, path)
    if known is not None or file.exists():
        where = known.path if known is not None else path
        raise RefusedError(f"编号“{key}”已有 {where}；同一件事就改那一条，不同的事另起编号", path=where, id=key)
    return {**_told(house, path, new_text(kind, title, house)), "digest": "", "encoding": ""}


def new_text(kind: EntryType, title: str, house: House) -> str:
    """What `kb new` writes without the help, which the form shows beside the fields."""
    head, _, _ = scaffold(kind, title, house.schema).removeprefix("---\n").partition("\n---\n")
    kept = [line for line in head.split("\n") if not line.startswith("#")]
    body = "".join(f"\n## {one.heading}\n\n来源未载明\n" for one in kind.sections if one.required)
    return "\n".join(["---", *kept, "---", body])


def check(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """An unsaved text with its problems and its article."""
    draft = take_draft(wish)
    files.locate(house.project, house.schema, draft.path)
    text = _whole(house, draft)
    return _told(house, draft.path, text, wish.get("preview") is True)


def save(house: House, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Write the file, if it still holds what the page was shown; else both texts are told and nothing is written."""
    draft = take_draft(wish)
    file = files.locate(house.project, house.schema, draft.path)
    text = _whole(house, draft)
    before = files.read(file)
    data = encoded(text, before)
    if len(data) > MAX_FILE_BYTES:
        raise RefusedError("内容超过 1 MB，拆成几条来写；没有保存")
    try:
        files.write(file, data, str(wish.get("digest") or ""))
    except files.ChangedError as fault:
        return {"conflict": conflict(house, draft, text, fault.data)}
    except OSError as fault:
        raise RefusedError(f"磁盘不让写：{fault.strerror}。内容还在这一页上，没有丢") from fault
    house.catch_up()
    told = _told(house, draft.path, text)
    errors = sum(one["level"] == Level.ERROR for one in told["problems"])
    return {**told, "digest": files.digest(data), "encoding": "", "errors": errors, "written": before != data}


def _whole(house: House, draft: Draft) -> str:
    try:
        return draft.whole(house)
    except UnwritableError as fault:
        raise RefusedError(f"“{fault}”在文件里的写法，表单改不了；请点“照文字修改”", astext=True) from fault
    except KeyError as fault:
        raise RefusedError("这一类没有这个信息项，刷新页面再试") from fault


def _told(house: House, path: str, text: str, preview: bool = True) -> dict[str, Any]:
    kind = kind_of(house, path)
    reading = read_draft(house.intake, path, text)
    head = read_head(text)
    answer: dict[str, Any] = {
        "path": path,
        "id": path.rpartition("/")[2][:-3],
        "type": kind.name,
        "text": text,
        "title": reading.card.title if reading.card is not None else "",
        "problems": placed(check_draft(house.intake, reading), text, kind),
        "article": article(house, reading) if preview else None,
        "form": None,
        "names": {},
    }
    if head is not None:
        known = {one.key: one for one in head.places}
        answer["form"] = {
            "values": {key: one.plain for key, one in known.items() if not one.odd},
            "odd": {key: "\n".join(head.lines[one.first : one.last]) for key, one in known.items() if one.odd},
            "body": head.body.strip("\n"),
        }
        answer["names"] = _names(house, kind, answer["form"]["values"])
    return answer


def _names(house: House, kind: EntryType, values: Mapping[str, Value]) -> dict[str, Any]:
    """Titles of what the form refers to."""
    names: dict[str, Any] = {}
    for key, value in values.items():
        field = kind.field(key)
        inner = field.of or field.kind if field is not None else ""
        for one in value if isinstance(value, list) else [value]:
            card = house.intake.library.cards.get(one.partition(":")[0].strip()) if inner == "entry" else None
            item = house.schema.items.get(one) if inner == "item" else None
            if card is not None and card.type in house.schema.types:
                names[card.id] = house.named(card)
            elif item is not None:
                names[item.id] = {"id": item.id, "title": item.name}
    return names


Answer = Callable[[House, Mapping[str, Any]], dict[str, Any]]
ANSWERS: dict[str, Answer] = {
    "begin": begin,
    "entries": entries,
    "find": find,
    "open": open_entry,
    "new": begin_entry,
    "check": check,
    "save": save,
}
"""Everything the page can ask, by the last part of the address."""
