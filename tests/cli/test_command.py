"""The command `kb`: exit status, formats of the report, and words in Chinese."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kb.cli import parser
from kb.cli.commands import COMMANDS

Run = Callable[..., Any]
REPORT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["entries", "problems"],
    "properties": {
        "entries": {"type": "integer", "minimum": 0},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "line", "column", "code", "level", "message", "hint", "count"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(content|templates)/"},
                    "line": {"type": "integer", "minimum": 0},
                    "column": {"type": "integer", "minimum": 0},
                    "code": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
                    "level": {"enum": ["error", "warning", "advice"]},
                    "message": {"type": "string", "minLength": 1},
                    "hint": {"type": "string"},
                    "count": {"type": "integer", "minimum": 1},
                },
            },
        },
    },
}


@pytest.fixture
def broken(base: Path) -> Path:
    """The small knowledge base with an error, a warning and a piece of advice in it."""
    (base / "content" / "terms").mkdir()
    text = (
        "---\ntitle: 三张清单\nsummary: 合称。\ntopic: 制度建没\nstatus: 送审\nvisibility: 公开\naliases: [清单, 清单]\n"
        "---\n\n## 含义\n\n100%由机关纪检组使用,写明\n"
    )
    (base / "content" / "terms" / "sanzhang-qingdan.md").write_text(text, "utf-8")
    return base


def test_sound_content_is_exit_0(base: Path, kb: Run) -> None:
    assert kb(base, "check") == (0, "检查了 2 条：没有问题。\n", "")


def test_a_warning_alone_is_exit_0(base: Path, kb: Run) -> None:
    (base / "content" / "sources" / "more.yml").write_text('items:\n  - {id: jia, name: 甲, at: ["jiangsu:1"]}\n', "utf-8")
    ran = kb(base, "check")
    assert ran.status == 0
    assert "（提醒）" in ran.out


def test_an_error_is_exit_1(broken: Path, kb: Run) -> None:
    assert kb(broken, "check").status == 1


def test_errors_only(broken: Path, kb: Run) -> None:
    ran = kb(broken, "check", "--errors")
    assert ran.status == 1
    assert "not-in-vocabulary" in ran.out
    assert "（提醒）" not in ran.out
    assert "（建议）" not in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "不能是“chek”，可选"),
        (["check", "--format", "xml"], "--format 不能是“xml”，可选"),
        (["check", "--quick"], "不认识的参数：--quick"),
        (["check", "--form", "json"], "不认识的参数"),
        (["check", "--format"], "--format 后面要跟一个值"),
        (["serve", "--port", "八千"], "--port 应是整数，这里是“八千”"),
        (["new"], "缺少参数"),
        (["new", "metod", "三会一课"], "是不是“method”"),
        (["new", "method", "三会一课", "--id", "../x"], "不合写法"),
        (["new", "method", "三会一课", "--id", "sanhui-yike"], "已有 content/methods/sanhui-yike.md"),
    ],
)
def test_wrong_use_is_exit_2_and_said_in_chinese(words: list[str], said: str, base: Path, kb: Run) -> None:
    ran = kb(base, *words)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err
    assert not re.search(r"\b(usage|invalid|required|error|expected)\b", ran.err)


def test_no_command_shows_the_help(base: Path, kb: Run) -> None:
    ran = kb(base)
    assert ran.status == 2
    assert all(name in ran.out for name in COMMANDS)


def test_outside_of_a_knowledge_base(tmp_path: Path, kb: Run) -> None:
    ran = kb(tmp_path, "check")
    assert ran.status == 2
    assert "没有知识库" in ran.err


def test_found_from_a_folder_below(base: Path, kb: Run) -> None:
    assert kb(base / "content" / "methods", "check").status == 0


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_chinese(name: str, base: Path, kb: Run) -> None:
    """Every line that explains something does so in Chinese; argparse's own English is gone."""
    ran = kb(base, *([name] if name else []), "--help")
    assert ran.status == 0
    assert ran.out.startswith("用法：")
    assert not re.search(r"\b(usage|options|positional|arguments|show this help|default)\b", ran.out)
    explained = [line for line in ran.out.splitlines() if re.match(r"  \S.*  \S", line)]
    assert explained
    assert [line for line in explained if not re.search(r"[\u4e00-\u9fff]", line)] == []


def test_every_command_and_option_is_explained_in_chinese() -> None:
    (commands,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert set(commands.choices) == set(COMMANDS)
    for name, sub in commands.choices.items():
        assert re.search(r"[\u4e00-\u9fff]", COMMANDS[name].help)
        for action in sub._actions:
            assert re.search(r"[\u4e00-\u9fff]", action.help or ""), (name, action.dest)


def test_json_report(broken: Path, kb: Run) -> None:
    ran = kb(broken, "check", "--format", "json")
    assert ran.status == 1
    report = json.loads(ran.out)
    jsonschema.validate(report, REPORT)
    assert report["entries"] == 3
    assert {problem["level"] for problem in report["problems"]} >= {"error", "warning"}
    first = next(problem for problem in report["problems"] if problem["level"] == "error")
    assert (first["path"], first["line"], first["column"]) == ("content/terms/sanzhang-qingdan.md", 4, 8)


def test_json_report_of_sound_content(base: Path, kb: Run) -> None:
    assert json.loads(kb(base, "check", "--format", "json").out) == {"entries": 2, "problems": []}


def test_github_report(broken: Path, kb: Run) -> None:
    ran = kb(broken, "check", "--format", "github")
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) file=content/[^:,]+,line=\d+,col=\d+,title=[a-z-]+::[^\r\n]+", line)
    assert any(line.startswith("::error file=content/terms/sanzhang-qingdan.md,line=4,col=8,") for line in lines)


def test_the_same_report_twice(broken: Path, kb: Run) -> None:
    """The second run reads from the cache what the first one found."""
    assert kb(broken, "check") == kb(broken, "check")


def test_schema_of_one_type(base: Path, kb: Run) -> None:
    ran = kb(base, "schema", "term")
    assert ran.status == 0
    jsonschema.Draft7Validator.check_schema(json.loads(ran.out))
    assert kb(base, "schema", "trem").status == 2


def test_schemas_of_all_types(base: Path, kb: Run) -> None:
    assert kb(base, "schema").status == 0
    types = {path.parent.name for path in (base / "templates" / "types").glob("*/type.yml")}
    assert {path.stem for path in (base / "site_build" / "schema").glob("*.json")} == types


def test_new_entry_is_ready_to_be_filled_in(base: Path, kb: Run) -> None:
    """What `kb new` writes has no error: only what is still to be filled in, as warnings of a draft."""
    for name in ("method", "案例", "rule", "brand", "term", "resource"):
        ran = kb(base, "new", name, f"{name}条目：试写")
        assert ran.status == 0, ran.err
        assert "新建了 content/" in ran.out
    ran = kb(base, "check", "--errors")
    assert ran.status == 0, ran.out
    assert "检查了 8 条" in kb(base, "check").out


def test_new_with_faulty_types_writes_nothing(base: Path, kb: Run) -> None:
    (base / "templates" / "types" / "term" / "type.yml").write_text("label：术语\n", "utf-8")
    ran = kb(base, "new", "term", "三张清单")
    assert ran.status == 1
    assert "templates/types/term/type.yml:1:6" in ran.err
    assert not (base / "content" / "terms").exists()


def test_who_reads_may_have_had_enough(base: Path) -> None:
    """`kb check | true`: the reader is gone, and that is no fault to tell of."""
    words = [sys.executable, "-m", "kb", "-C", str(base), "check"]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "scripts")}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as ran:
        assert ran.stdout is not None and ran.stderr is not None
        ran.stdout.close()
        said = ran.stderr.read()
    assert (said, ran.returncode) == (b"", 141)
