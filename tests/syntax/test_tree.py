"""From YAML to a located tree: scalars stay text, and nothing that makes YAML dangerous gets through."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.problem import Notebook
from kb.project import MAX_YAML_DEPTH
from kb.syntax.tree import Mapping, Node, Scalar, Sequence, parse_tree


def read(text: str, first_line: int = 1) -> tuple[Node | None, list[tuple[str, int, int]]]:
    notes = Notebook("a.yml")
    node = parse_tree(text, notes, first_line)
    return node, [(problem.code, problem.spot.line, problem.spot.column) for problem in notes.problems]


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.pairs}


@pytest.mark.parametrize("words", ["NO", "07", "12:30", "2026-13-01", "1e9", "null", "~", "0x1F", "=", "<<", "true"])
def test_scalars_stay_what_was_written(words: str) -> None:
    node, problems = read(f"甲: {words}\n")
    assert problems == []
    assert isinstance(node, Mapping)
    assert node.get("甲") == Scalar(words, (1, 4))
    assert node.get("乙") is None


def test_every_node_knows_its_place() -> None:
    node, _ = read("甲:\n  - 一\n  - {乙: 二, 丙: [三]}\n", first_line=5)
    assert node == Mapping(
        (
            (
                Scalar("甲", (5, 1)),
                Sequence(
                    (
                        Scalar("一", (6, 5)),
                        Mapping(
                            (
                                (Scalar("乙", (7, 6)), Scalar("二", (7, 9))),
                                (Scalar("丙", (7, 12)), Sequence((Scalar("三", (7, 16)),), (7, 15))),
                            ),
                            (7, 5),
                        ),
                    ),
                    (6, 3),
                ),
            ),
        ),
        (5, 1),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\n", ("yaml-alias", 1, 4)),
        ("a: *x\n", ("yaml-alias", 1, 4)),
        ("a: &x [*x]\n", ("yaml-alias", 1, 4)),
        ("a: !!int 1\n", ("yaml-tag", 1, 4)),
        ("a: 1\n---\nb: 2\n", ("yaml-documents", 2, 1)),
        ("[1]: 2\n", ("yaml-key", 1, 1)),
        ("a: 1\nb: 2\na: 3\n", ("duplicate-key", 3, 1)),
        ('a: "b\nc: d\n', ("yaml-syntax", 1, 4)),
        ("a: [b, c\nd: e\n", ("yaml-syntax", 1, 4)),
        ("a: b: c\n", ("yaml-syntax", 1, 5)),
        ("a: b\n  c: d\n", ("indentation", 2, 1)),
        ("- id：a\n  b: c\n", ("fullwidth-colon", 1, 5)),
        ("甲\n乙: 1\n", ("yaml-syntax", 1, 1)),
        ('a: "\\u202e"\n', ("bidi-character", 1, 4)),
        ("甲：一\n", ("fullwidth-colon", 1, 2)),
        ("a：一\n", ("fullwidth-colon", 1, 2)),
        ("a:\n\t- b\n", ("tab", 2, 1)),
        ("a: 1\n\t\n", ("tab", 2, 1)),
        ("a:\n　- b\n", ("fullwidth-space", 2, 1)),
        ("a:　b\n", ("fullwidth-space", 1, 3)),
        ("a:b\n", ("colon-space", 1, 2)),
        ("year:2026\n", ("colon-space", 1, 5)),
        ("a: " + "[" * (MAX_YAML_DEPTH + 1), ("yaml-too-deep", 1, 3 + MAX_YAML_DEPTH)),
        ("%YAML 1.1\na: b\n", ("yaml-syntax", 1, 1)),
    ],
)
def test_a_slip_is_told_once_and_in_its_place(text: str, problem: tuple[str, int, int]) -> None:
    assert read(text)[1] == [problem]


@pytest.mark.parametrize(
    "text",
    [
        "甲:\n  - 机关党委：组织落实\n  - PPT：讲稿\n",
        "甲:\n- 机关党委：组织落实\n- app：讲稿\n",
        "甲:\n  来源：第一行\n  app：第二行\n",
        "甲: |\n  标题：一\n  \tb\n  \u3000首行缩进\n乙: 1\n",
        "甲: >-\n    标题：一\n\n    a:b\n乙: 1\n",
        "甲: http://a\n",
        "# 说明：冒号\n甲: 1\n   \n",
        "甲: “引号”\n",
        "甲: a:b\n",
    ],
)
def test_sound_chinese_is_not_taken_for_a_slip(text: str) -> None:
    assert read(text)[1] == []


def test_duplicate_keys_keep_the_first() -> None:
    node, _ = read("a: 1\na: 2\n")
    assert node is not None
    assert plain(node) == {"a": "1"}


def test_an_empty_document_is_none_without_a_problem() -> None:
    assert read("") == (None, [])
    assert read("# 只有注释\n") == (None, [])


VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cs", "Cn", "Co"]), max_size=12),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("ab甲乙", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(VALUES)
def test_what_a_yaml_library_writes_is_read_back(value: object) -> None:
    """Strings, lists and mappings survive the way through a foreign writer."""
    text = yaml.dump({"a": value}, allow_unicode=True, Dumper=Quoting, width=10_000)
    node, problems = read(text)
    if not problems:
        assert node is not None
        assert plain(node) == {"a": value}
    else:
        assert {code for code, _, _ in problems} <= {"yaml-too-deep"}


class Quoting(yaml.SafeDumper):
    """Writes every string in double quotes and no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Quoting.add_representer(str, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", data, style='"'))
