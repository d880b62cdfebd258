"""From the statements, basis entries and roles of a data file to located mentions, and from these to problems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.model.library import Library
from kb.model.value import EDITOR, Cadence, Cite, EntryRef, Text, joined
from kb.problem import Problem, Spot
from kb.schema.cadence import FORMS, read_cadence
from kb.schema.kinds import SLUG, nearest
from kb.schema.record import Record
from kb.syntax.cites import BROKEN, split_cites
from kb.syntax.tree import Node, Scalar, Sequence

UNSET = "由本单位填写"
"""What stands where the sources are silent and the office itself must decide."""
_PARAGRAPH = re.compile(r"第?(\d{1,4})段?")


class Mention(NamedTuple):
    """Something a data file points at: `kind` is 条目, 出处 or 责任主体, 残缺 where a citation is no whole one; `label` names the field in messages."""

    kind: str
    target: str
    place: str
    label: str
    line: int
    column: int


class Grounds:
    """Reads the parts of a data file that rest on something, and remembers where each stood."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []

    def text(self, node: Node, label: str) -> Text:
        """A statement with the citations at its end."""
        if not isinstance(node, Scalar):
            return Text("")
        text = split_cites(node.text.strip())
        for cite in text.cites:
            self.mentions.append(Mention("出处", cite.key, cite.place, label, *node.at))
        broken = BROKEN.search(node.text) if "@" in node.text else None
        if broken is not None:
            self.mentions.append(Mention("残缺", broken.group()[:20], "", label, *node.at))
        return text

    def statement(self, record: Record, key: str, label: str, required: bool = False) -> Text:
        """The statement under `key`; a missing one is a problem only where it is required."""
        words = record.text(key, None if required else "")
        node = record.pairs.get(key)
        return self.text(node, label) if words and node is not None else Text("")

    def statements(self, record: Record, key: str, label: str) -> tuple[Text, ...]:
        """A list of statements; one line counts as a list of one."""
        node = record.pairs.get(key)
        if isinstance(node, Scalar):
            return (self.text(node, label),) if node.text.strip() else ()
        record.texts(key)
        items = node.items if isinstance(node, Sequence) else ()
        return tuple(self.text(item, label) for item in items if isinstance(item, Scalar))

    def entries(self, record: Record, key: str, label: str) -> tuple[EntryRef, ...]:
        """Ids of entries, each with an article where one is named (`id:第三章`)."""
        node = record.pairs.get(key)
        items = (node,) if isinstance(node, Scalar) else node.items if isinstance(node, Sequence) else ()
        found = []
        for item in items:
            if isinstance(item, Scalar) and item.text.strip():
                target, _, place = item.text.strip().partition(":")
                found.append(EntryRef(target.strip(), place.strip()))
                self.mentions.append(Mention("条目", target.strip(), "", label, *item.at))
        return joined(found)

    def roles(self, record: Record, key: str, label: str) -> tuple[str, ...]:
        """Names of roles (责任主体), as written."""
        node = record.pairs.get(key)
        items = (node,) if isinstance(node, Scalar) else node.items if isinstance(node, Sequence) else ()
        found = [item for item in items if isinstance(item, Scalar) and item.text.strip()]
        for item in found:
            self.mentions.append(Mention("责任主体", item.text.strip(), "", label, *item.at))
        return tuple(item.text.strip() for item in found)

    def cadence(self, record: Record, key: str, label: str) -> Cadence | None:
        """A cadence (频次) with its citations; words that follow no known form are a problem."""
        text = self.statement(record, key, label)
        if not text.text or text.text == UNSET:
            return None
        found = read_cadence(text.text, text.cites)
        if found is None:
            record.notes.add("bad-cadence", record.pairs[key].at, f"看不懂的{label}“{text.text[:30]}”", f"可写：{FORMS}，或{UNSET}")
        return found


def check_mentions(path: str, mentions: tuple[Mention, ...], library: Library) -> Iterator[Problem]:
    """Every entry, source paragraph and role that a data file names is there."""
    documents = library.schema.documents
    for mention in mentions:
        spot = Spot(path, mention.line, mention.column)
        target = mention.target
        if mention.kind == "残缺":
            yield Problem("broken-citation", spot, f"出处没有写完整：{target}", "写成半角方括号，成对，如 [@编者]")
            continue
        if target in library.unread:
            continue
        if mention.kind == "责任主体":
            words = library.schema.vocabularies["roles"].words()
            if target not in words and target != UNSET:
                near = nearest(target, words)
                hint = (f"是不是“{near}”？" if near else "") + "责任主体的写法见 content/vocabulary/roles.yml"
                yield Problem("not-in-vocabulary", spot, f"{mention.label}“{target[:30]}”不在责任主体词表里", hint)
        elif mention.kind == "条目":
            if target not in library.cards:
                near = nearest(target, list(library.cards))
                hint = f"是不是“{near}”{library.named(near)}？" if near else "先写好那一条，或删去这个编号"
                yield Problem("dangling-reference", spot, f"“{mention.label}”指到的条目“{target[:60]}”不存在", hint)
        elif target in documents:
            number = _PARAGRAPH.fullmatch(mention.place)
            if not number or not 1 <= int(number.group(1)) <= documents[target].paragraphs:
                hint = f"段号从 1 到 {documents[target].paragraphs}，如 [@{target}:1]"
                yield Problem("no-such-place", spot, f"出处“{target}:{mention.place}”没有写对段号", hint)
        elif target != EDITOR and target not in library.cards:
            near = nearest(target, [*documents, *library.cards])
            hint = (f"是不是“{near}”？" if near else "") + f"来源有：{'、'.join(documents)}；制度写条目编号"
            yield Problem("unknown-source", spot, f"出处“{target[:60]}”既不是登记的来源，也不是条目", hint)
        elif target != EDITOR and target in library.cards and library.cards[target].type != "rule":
            title = library.cards[target].title
            hint = "写它引的来源段号或制度条款；只是要指到这一条，写在 basis 里"
            yield Problem("wrong-type", spot, f"出处应是来源或制度，“{title}”不是制度条目", hint)


def plain(text: Text) -> str:
    """The words of a statement without its citations, for tables that leave the site."""
    return text.text


def cites_of(cites: tuple[Cite, ...], library: Library) -> str:
    """Citations in words, the articles of one rule together: 江苏第9段、《……条例》第十二条、第十三条（待核对）、编者整理."""
    places: dict[str, list[str]] = {}
    words: dict[str, None] = {}
    for cite in cites:
        card = library.shown.get(cite.key) if cite.key not in library.schema.documents else None
        if card is None:
            words[told(cite, library)[0]] = None
        else:
            title = f"《{card.title.strip('《》')}》"
            places.setdefault(title, []).append(cite.place)
            words[title] = None
    return "、".join(f"{word}{'、'.join(places[word])}（待核对）" if word in places else word for word in words)


def told(cite: Cite, library: Library) -> tuple[str, str]:
    """A citation in words, and where it leads from the site's root, "" for nowhere."""
    document = library.schema.documents.get(cite.key)
    if document is not None:
        number = "".join(char for char in cite.place if char.isdigit())
        return f"{document.short}第{number}段", f"sources/{cite.key}.html#p{number}"
    card = library.shown.get(cite.key)
    return (f"{card.title}{cite.place}（待核对）", library.url(card)) if card else ("编者整理", "")


def canonical(role: str, library: Library) -> str:
    """The vocabulary's own word for a role."""
    return library.schema.vocabularies["roles"].words().get(role, role)


def is_slug(words: str) -> bool:
    """Whether the words may name a task: lower-case letters, digits and single hyphens."""
    return bool(SLUG.fullmatch(words))
