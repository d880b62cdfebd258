"""From one mapping of a register file to its values, key by key, with a located problem for what is missing or unknown."""

from __future__ import annotations

import re

from kb.problem import Notebook
from kb.schema.kinds import nearest
from kb.syntax.tree import Mapping, Node, Scalar, Sequence


class Record:
    """One mapping of a register file, read key by key with located problems for what is missing or unknown."""

    def __init__(self, node: Node, notes: Notebook, what: str) -> None:
        self.node = node
        self.notes = notes
        self.what = what
        self.pairs = {key.text: value for key, value in node.pairs} if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping):
            notes.add("register-shape", node.at, f"{what}应分项写明", "写成“名称: 内容”")

    def at(self, key: str) -> tuple[int, int]:
        """Where the value of a key stands, the whole record where it has none."""
        return self.pairs.get(key, self.node).at

    def known(self, *keys: str) -> None:
        """Note the keys that no one reads."""
        if isinstance(self.node, Mapping):
            for key, _ in self.node.pairs:
                if key.text not in keys:
                    near = nearest(key.text, keys)
                    hint = (f"是不是想写“{near}”？" if near else "") + f"可写：{'、'.join(keys)}"
                    self.notes.add("unknown-field", key.at, f"{self.what}没有“{key.text[:40]}”这一项", hint)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.pairs.get(key)
        if isinstance(value, Scalar):
            words = value.text.strip()
            if not words and default is None:
                self.notes.add("missing-field", value.at, f"{self.what}的“{key}”没有填写", f"写成“{key}: …”")
            return words
        if value is not None:
            self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是一行文字", "写在冒号后面的同一行")
        elif default is None and isinstance(self.node, Mapping):
            self.notes.add("missing-field", self.node.at, f"{self.what}缺少“{key}”", f"补上“{key}: …”")
        return default or ""

    def integer(self, key: str, default: int = 0) -> int:
        words = self.text(key, "")
        if words and not re.fullmatch("[0-9]{1,9}", words):
            self.notes.add("wrong-kind", self.pairs[key].at, f"{self.what}的“{key}”应是整数", "只写半角数字")
            return default
        return int(words) if words else default

    def flag(self, key: str) -> bool:
        return self.text(key, "false") in {"true", "是"}

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.pairs.get(key)
        if value is None:
            return ()
        if isinstance(value, Sequence):
            return tuple(item.text.strip() for item in value.items if isinstance(item, Scalar))
        self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是列表", "写成 [甲, 乙]")
        return ()

    def records(self, key: str, what: str) -> list[Record]:
        value = self.pairs.get(key)
        if value is None:
            return []
        if not isinstance(value, Sequence):
            self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是列表", "每项以“- ”开头")
            return []
        found = [Record(item, self.notes, what) for item in value.items]
        return [record for record in found if isinstance(record.node, Mapping)]
