"""From a size and a seed to a complete knowledge base in a folder: the house's own types and templates, invented entries."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.build.grammar import Grammar
from kb.model.schema import EntryType, Field, Schema
from kb.project import Project
from kb.schema.loading import SchemaLoader

HOUSE = Path(__file__).resolve().parents[2]
"""The repository this file stands in; templates, vocabularies and settings come from there."""
CYCLE = (
    "method", "case", "method", "rule", "case", "method", "term", "method", "case", "resource",
    "method", "rule", "case", "method", "brand", "method", "term", "case", "rule", "resource",
)  # fmt: skip
"""Types in the order they take turns, in about the shares of the real content."""
TITLES = {
    "method": "“{修辞}{活动}”推进{事项}",
    "case": "{地名}：{活动}促{事项}",
    "rule": "{地名}{事项}{活动}办法",
    "brand": "“{修辞}{修辞}”{活动}品牌",
    "term": "{修辞}{活动}法",
    "resource": "{地名}{修辞}{活动}点",
}
CADENCES = ("每月1次", "每季度1次", "每年1至2次", "年底", "每半年1次", "定期")
DOCUMENTS = 8
PARAGRAPHS = 40
HUB_LINKS = 50
"""So many entries link to the first method, whose title the bench changes."""
NEAR = 300
"""Entries refer to others of about their own number: what a page shows does not grow with the whole."""
_PURPOSE = {
    "做法步骤": "做法", "各地做法": "成效", "注意": "注意", "背景": "背景", "做法": "做法", "成效": "成效", "可借鉴": "做法", "局限": "注意",
    "内涵": "含义", "载体": "做法", "管什么": "管什么", "要点": "管什么", "怎么用": "做法", "含义": "含义", "区分": "含义", "用法": "注意",
    "是什么": "含义",
}  # fmt: skip
"""Heading of a section -> what its sentences are for; others get 做法."""


def write(folder: Path, size: int, seed: int = 1, commit: bool = False) -> Project:
    """Write a knowledge base of `size` entries into an empty or new folder. Same size and seed, same bytes.

    With `commit` it becomes a git repository with one commit, so that dates of change are read as in earnest.
    """
    for name in ("templates", "content/vocabulary"):
        shutil.copytree(HOUSE / name, folder / name)
    hook = "scripts/kb/mkdocs_hook.py"
    (folder / hook).parent.mkdir(parents=True)
    for name in ("mkdocs.yml", hook):
        shutil.copy(HOUSE / name, folder / name)
    project = Project(folder)
    schema = SchemaLoader(project).load()
    writer = Writer(Grammar(), schema, size, seed)
    for name, text in writer.registers():
        _put(folder / "content" / name, text)
    for kind in schema.types.values():
        (folder / "content" / kind.folder).mkdir(exist_ok=True)
    for number in range(size):
        with open(folder / "content" / writer.path(number), "wb") as file:  # noqa: PTH123 - ten thousand of them
            file.write(writer.entry(number).encode())
    if commit:
        _commit(folder)
    return project


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _commit(folder: Path) -> None:
    (folder / ".gitignore").write_text("site_build/\n", "utf-8")
    date = "2026-01-05T09:00:00+0800"
    env = os.environ | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull}
    who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "bench"]):
        subprocess.run(["git", *words], cwd=folder, env=env, check=True)


class Writer:
    """Writes one entry after another; each hangs on its number and the seed only."""

    def __init__(self, grammar: Grammar, schema: Schema, size: int, seed: int) -> None:
        self.grammar = grammar
        self.schema = schema
        self.size = size
        self.seed = seed
        self.items = min(size, 400)
        self.choices = {name: [term.value for term in vocabulary.terms] for name, vocabulary in schema.vocabularies.items()}
        ranks: dict[str, int] = {}
        self.rank = []
        """Number of an entry -> its number among those of its type."""
        for number in range(size):
            kind = self.type(number)
            self.rank.append(ranks.get(kind, 0))
            ranks[kind] = ranks.get(kind, 0) + 1
        step = max(1, (size - 1) // HUB_LINKS)
        self.fans = set(range(1, size, step)[:HUB_LINKS])
        """Entries that link to the hub, entry 0."""

    def type(self, number: int) -> str:
        return CYCLE[number % len(CYCLE)]

    def id(self, number: int) -> str:
        return f"{self.type(number)}-{number:05}"

    def path(self, number: int) -> str:
        """Below content/."""
        return f"{self.schema.types[self.type(number)].folder}/{self.id(number)}.md"

    def title(self, number: int) -> str:
        return self.grammar.title(TITLES[self.type(number)], self.rank[number])

    def registers(self) -> Iterator[tuple[str, str]]:
        """(name below content/, text) of the register of sources, its items and the pages."""
        rows = "".join(
            f'  - {{id: doc{one}, title: 第{one}份经验材料, short: 材料{one}, kind: 经验材料, year: "{2015 + one}", '
            f"year_note: 标题写明, paragraphs: {PARAGRAPHS}, note: 生成的}}\n"
            for one in range(1, DOCUMENTS + 1)
        )
        yield "sources.yml", f"sources:\n{rows}"
        chance = Random(f"{self.seed} items")
        rows = "".join(
            f"  - {{id: item-{one:04}, name: 第{one}项{self.grammar.word('事项', chance)}, kind: 工作法, "
            f'topic: 组织建设, at: ["{self._place(chance)}"], detail: 一项事实}}\n'
            for one in range(self.items)
        )
        yield "sources/items.yml", f"items:\n{rows}"
        for name, title in (("about", "关于"), ("contribute", "怎样投稿")):
            yield f"pages/{name}.md", f"---\ntitle: {title}\nsummary: {title}的说明。\n---\n\n## 说明\n\n这是生成的页面。\n"

    def _place(self, chance: Random) -> str:
        return f"doc{chance.randrange(DOCUMENTS) + 1}:{chance.randrange(PARAGRAPHS) + 1}"

    def _other(self, number: int, types: tuple[str, ...], chance: Random) -> int:
        """An entry of one of these types not far away, -1 where there is none; never the hub, which counts its links."""
        near = min(NEAR, self.size - 1)
        start = number + chance.randrange(-near, near + 1) if near else number
        for step in range(len(CYCLE)):
            other = (start + step) % self.size
            if other not in {number, 0} and (not types or self.type(other) in types):
                return other
        return -1

    def entry(self, number: int) -> str:
        """The whole file."""
        chance = Random(f"{self.seed} {number}")
        kind = self.schema.types[self.type(number)]
        cites = [self._place(chance) for _ in range(chance.randrange(2, 6))]
        header = "".join(self._header(number, kind, cites, chance))
        return f"---\n{header}---\n\n{self._body(number, kind, cites, chance)}"

    def _header(self, number: int, kind: EntryType, cites: list[str], chance: Random) -> Iterator[str]:
        yield f"title: {self.title(number)}\n"
        if chance.random() < 0.4:
            yield f"aliases: [{self.grammar.word('修辞', chance)}{self.grammar.word('活动', chance)}]\n"
        yield f"summary: {self.grammar.sentence('摘要', chance)}\n"
        yield f"topic: {chance.choice(self.choices['topics'])}\n"
        for key, name, most in (
            ("organs", "organs", 2), ("functions", "functions", 2), ("levels", "levels", 2), ("roles", "roles", 3),
            ("audience", "audience", 2), ("places", "places", 1),
        ):  # fmt: skip
            chosen = chance.sample(self.choices[name], chance.randrange(most + 1))
            if chosen:
                yield f"{key}: [{', '.join(chosen)}]\n"
        yield f"year: {chance.randrange(2016, 2026)}\nstatus: 已发布\nvisibility: 公开\nreview_by: 2027-{chance.randrange(1, 13):02}\n"
        if number < self.items:
            yield f"claims: [item-{number:04}]\n"
        yield "sources:\n" + "".join(f"  - {cite}\n" for cite in dict.fromkeys(cites))
        related = {self.id(other) for _ in range(3) if (other := self._other(number, (), chance)) >= 0}
        if number in self.fans:
            related.add(self.id(0))
        if related:
            yield f"related: [{', '.join(sorted(related))}]\n"
        for key in kind.own:
            field = kind.field(key)
            assert field is not None
            yield from self._field(field, number, cites, chance)

    def _field(self, field: Field, number: int, cites: list[str], chance: Random) -> Iterator[str]:
        kind = field.of or field.kind
        count = 1 if field.kind != "list" else chance.randrange(2, 4)
        values: list[str] = []
        for _ in range(count):
            if kind in {"text", "paragraphs"}:
                values.append(f"{self.grammar.sentence('做法', chance)} {self._cite(cites, number, chance)}")
            elif kind == "cadence":
                values.append(f"{chance.choice(CADENCES)} [@{chance.choice(cites)}]")
            elif kind == "choice":
                values.append(chance.choice(field.options or self.choices[field.vocabulary]))
            elif kind == "date":
                values.append(f"{chance.randrange(2016, 2026)}-{chance.randrange(1, 13):02}")
            elif kind == "entry":
                other = self._other(number, field.types, chance)
                if other >= 0:
                    values.append(self.id(other))
            elif kind == "title":
                values.append(f"{self.grammar.word('修辞', chance)}{self.grammar.word('材料', chance)}")
        values = list(dict.fromkeys(values))
        if not values:
            return
        if field.kind == "list":
            yield f"{field.key}:\n" + "".join(f"  - {value}\n" for value in values)
        else:
            yield f"{field.key}: {values[0]}\n"

    def _cite(self, cites: list[str], number: int, chance: Random) -> str:
        draw = chance.random()
        if draw < 0.15:
            return "[@编者]"
        if draw < 0.25:
            rule = self._other(number, ("rule",), chance)
            if rule >= 0:
                return f"[@{self.id(rule)}:第{'一二三四五六七八九十'[chance.randrange(10)]}条]"
        return f"[@{chance.choice(cites)}]"

    def _body(self, number: int, kind: EntryType, cites: list[str], chance: Random) -> str:
        """Every section of the type, 800 to 1,500 Chinese characters in all, a table in every third."""
        target = chance.randrange(820, 1450)
        share = target // len(kind.sections)
        parts: list[str] = []
        for place, section in enumerate(kind.sections):
            purpose = _PURPOSE.get(section.heading, "做法")
            parts.append(f"## {section.heading}\n")
            lines: list[str] = []
            length = 0
            while length < share:
                words = self.grammar.sentence(purpose, chance)
                length += len(words)
                lines.append(f"{words}{self._cite(cites, number, chance)}")
            if place == 0:
                lines[0] = (
                    f"{lines[0][: lines[0].rindex('[@')]}参见{self._link(number, chance)}。{self._cite(cites, number, chance)}"
                )
                if number in self.fans:
                    lines[-1] = f"做法与[{self.title(0)}]({self._address(number, 0)})相通。[@编者]"
            style = chance.randrange(3)
            if style == 0:
                parts.append("".join(f"{at}. {line}\n" for at, line in enumerate(lines, 1)))
            elif style == 1:
                parts.append("".join(f"- {line}\n" for line in lines))
            else:
                parts.append("\n\n".join(lines) + "\n")
            if place == 1 and number % 3 == 0:
                parts.append(self._table(cites, chance))
        return "\n".join(parts)

    def _link(self, number: int, chance: Random) -> str:
        other = self._other(number, (), chance)
        return f"[{self.title(other)}]({self._address(number, other)})" if other >= 0 else "本单位的规定"

    def _address(self, number: int, other: int) -> str:
        if self.type(number) == self.type(other):
            return f"{self.id(other)}.md"
        return f"../{self.path(other)}"

    def _table(self, cites: list[str], chance: Random) -> str:
        word = self.grammar.word
        rows = "".join(
            f"| {word('事项', chance)} | {word('主体', chance)} | {word('时间', chance)} | {word('材料', chance)} [@{chance.choice(cites)}] |\n"
            for _ in range(chance.randrange(3, 7))
        )
        return f"| 事项 | 谁来做 | 何时 | 留下什么 |\n|---|---|---|---|\n{rows}"
