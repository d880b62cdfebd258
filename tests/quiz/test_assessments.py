"""Self-assessments and guides: what is read and what is told of faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.disk.cache import Cache
from kb.intake import take_in
from kb.outputs.assessments import _matrix
from kb.problem import Problem
from kb.project import Project
from kb.workpieces.assessments import Assessment
from kb.workpieces.paths import Guide

CHECKLIST = """\
title: 支部自评
kind: 检查单
summary: 逐项看。
method: sanhui-yike
levels:
  - {name: 一般, from: 60}
  - {name: 较好, from: 90}
sections:
  - name: 组织生活
    items:
      - {id: jihua, text: "有年度计划 [@编者]", points: 5}
"""
RISKS = """\
title: 风险登记
kind: 风险登记
summary: 逐个排查。
method: sanhui-yike
risks:
  - id: caigou
    where: 采购
    shows: 拆分项目 [@编者]
    chance: 低
    harm: 高
    measures: ["两人询价 [@编者]"]
"""
REGISTER = """\
title: 名录
kind: 登记
summary: 一行一项。
columns: [名称, 用途]
rows:
  - {entry: sanhui-yike, name: 三会一课, cells: ["组织生活 [@qinghai:4]"]}
"""
PATH = """\
title: 上手
kind: 学习路径
summary: 按次序看。
stages:
  - name: 入门
    steps:
      - {entry: sanhui-yike}
"""


def check(base: Path, folder: str, text: str, name: str = "one") -> tuple[list[Problem], object]:
    (base / "content" / folder).mkdir(exist_ok=True)
    (base / "content" / folder / f"{name}.yml").write_text(text, "utf-8")
    with Cache(base / "cache.sqlite") as cache:
        intake = take_in(Project(base), cache)
    piece = intake.library.pieces[folder].get(name)
    return [told for told in intake.problems if told.spot.path.startswith(f"content/{folder}/")], piece and piece.value


def test_a_checklist_keeps_its_levels_from_the_top(base: Path) -> None:
    told, value = check(base, "assessments", CHECKLIST)
    assert told == [] and isinstance(value, Assessment)
    assert [(level.name, level.share) for level in value.levels] == [("较好", 90), ("一般", 60)]
    assert value.parts[0].items[0].points == 5


def test_a_graded_risk_stands_in_its_cell(base: Path) -> None:
    told, value = check(base, "assessments", RISKS)
    assert told == [] and isinstance(value, Assessment)
    matrix = {(harm, chance): numbers for harm, cells in _matrix(value.risks) for chance, numbers in cells}
    assert len(matrix) == 9 and matrix.pop(("高", "低")) == [1] and not any(matrix.values())


@pytest.mark.parametrize(
    ("folder", "text", "old", "new", "code", "line"),
    [
        ("assessments", CHECKLIST, "kind: 检查单", "kind: 检查表", "not-an-option", 2),
        ("assessments", CHECKLIST, "method: sanhui-yike", "method: sanhui", "dangling-reference", 4),
        ("assessments", CHECKLIST, "from: 60", "from: 600", "wrong-kind", 6),
        ("assessments", CHECKLIST, "[@编者]", "[@qinghai:99]", "no-such-place", 11),
        ("assessments", CHECKLIST, "kind: 检查单", "kind: 阶梯", "assessment-shape", 1),
        ("assessments", RISKS, "chance: 低", "chance: 极低", "not-an-option", 9),
        ("assessments", RISKS, '    measures: ["两人询价 [@编者]"]\n', "", "risk-unguarded", 6),
        ("assessments", RISKS, "kind: 风险登记", "kind: 检查单", "assessment-shape", 6),
        ("paths", REGISTER, "columns: [名称, 用途]", "columns: [名称, 用途, 容量]", "guide-shape", 6),
        ("paths", REGISTER, "columns: [名称, 用途]\n", "", "guide-shape", 1),
        ("paths", REGISTER, "entry: sanhui-yike", "entry: sanhui", "dangling-reference", 6),
        ("paths", PATH, "{entry: sanhui-yike}", "{quiz: zuzhi}", "dangling-reference", 7),
        ("paths", PATH, "{entry: sanhui-yike}", "{why: 要学}", "guide-shape", 7),
        ("paths", PATH, "kind: 学习路径", "kind: 路径", "not-an-option", 2),
    ],
)  # fmt: skip
def test_faults_are_located(base: Path, folder: str, text: str, old: str, new: str, code: str, line: int) -> None:
    assert text.count(old) == 1
    assert check(base, folder, text)[0] == []
    assert (code, line) in [(told.code, told.spot.line) for told in check(base, folder, text.replace(old, new))[0]]


def test_a_path_counts_its_steps(base: Path) -> None:
    told, value = check(base, "paths", PATH)
    assert told == [] and isinstance(value, Guide) and value.size == 1


def test_all_seventy_functions_are_told() -> None:
    """The register of functions names each of F01-F70 once, and where it is."""
    house = Path(__file__).resolve().parents[2]
    rows = [
        line for line in (house / "content/paths/functions.yml").read_text("utf-8").split("\n") if line.startswith("  - {name: 'F")
    ]
    assert [row[12:15] for row in rows] == [f"F{number:02}" for number in range(1, 71)]
    assert all("](../" in row or "make books" in row for row in rows)
