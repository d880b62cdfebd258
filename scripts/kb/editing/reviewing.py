"""三审: from a reviewer's word to a record in the entry, and from the records to what waits for whom and what changed since."""

from __future__ import annotations

import datetime
import difflib
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kb.editing import header
from kb.editing.reading import take, unknown
from kb.editing.seen import carry
from kb.model.entry import Card
from kb.model.value import Review
from kb.problem import Level, Problem
from kb.project import Project
from kb.source.entry import EntryReading, read_entry
from kb.syntax.sealing import STAGES, canonical, seal

OVER, WAITING = "已发布", ("送审", "已发布")
_TOKEN = re.compile(r"[A-Za-z0-9_.:@-]+|\s+|.", re.S)
_VERSIONS = 60
"""Commits of one entry that are searched for the text a reviewer saw."""


def review(project: Project, key: str, stage: str, by: str, note: str, on: str | None) -> int:
    """Record one stage of review of the entry as it stands. Exit status as in `kb.cli`."""
    intake = take(project)
    card = intake.library.find(key)
    if card is None:
        return _no(unknown(key, intake.library))
    key = card.id
    faults = [one for one in intake.problems if one.spot.path == card.path and one.level is Level.ERROR]
    if faults:
        return _no(f"{card.path} 还有 {len(faults)} 处错误，先改好再审：{faults[0].message}", 1)
    date = on or datetime.date.today().isoformat()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        return _no(f"日期“{date}”要写成 2026-11-30")
    if not by.strip():
        return _no("--by 要写审核人的名字")
    path = project.root / card.path
    stands = path.read_bytes()
    text, ends = header.lf(stands.decode("utf-8"))
    now = seal(text)
    reading = read_entry(card.path, text.encode(), card.type, intake.library.schema)
    current = [one for one in records(reading) if one.seen == now]
    done = [one.stage for one in current]
    if len(done) == len(STAGES):
        return _no(f"“{card.title}”三审已全部登记，审后没有改动")
    due = STAGES[len(done)]
    if stage != due:
        return _no(f"现在该登记的是{due}，不是{stage}" + (f"（{'、'.join(done)}已过）" if done else ""))
    same = next((one for one in current if one.by == by.strip()), None)
    if same:
        return _no(f"{same.stage}已是“{by}”，三审由三个不同的人做")
    if current and date < current[-1].on.iso:
        return _no(f"日期 {date} 早于{current[-1].stage}的 {current[-1].on.iso}")
    parts = {"stage": stage, "by": header.scalar(by.strip()), "on": date, "seen": now}
    if note.strip():
        parts["note"] = header.scalar(" ".join(note.split()))
    item = "{" + ", ".join(f"{name}: {value}" for name, value in parts.items()) + "}"
    try:
        fresh = header.append_item(text, "reviews", item)
    except ValueError as fault:
        return _no(f"{card.path}：{fault}，请先改成一行一项", 1)
    if seal(fresh) != now:
        return _no(f"{card.path}：审核记录写不进去，请检查信息头里 reviews 的写法", 1)
    drafts: dict[Path, bytes | None] = {path: header.restored(fresh, ends).encode()}
    # a record changes nothing of what the questions on this entry rest on
    carry(project, [(key, stands, drafts[path] or b"")], drafts)
    header.write_all(drafts)
    needed = intake.library.schema.stages(card.type, card.visibility)
    left = [one for one in STAGES if one not in (*done, stage) and one in (needed or STAGES)]
    print(f"已登记：“{card.title}”{stage}，{by.strip()}，{date}（所审文字 {now}）。")
    if left:
        print(f"接着是{left[0]}，要由另一个人做。")
    elif card.status != OVER:
        print(f"三审已过。把状态从“{card.status}”改成“{OVER}”再提交，就会上线；改状态不用重审。")
    return 0


def records(reading: EntryReading) -> list[Review]:
    """The review records of an entry."""
    value = reading.entry.values.get("reviews") if reading.entry else None
    return [one for one in value if isinstance(one, Review)] if isinstance(value, tuple) else []


def _no(words: str, status: int = 2) -> int:
    print(f"kb：{words}", file=sys.stderr)
    return status


def waiting(project: Project) -> int:
    """Print what waits for which stage."""
    library = take(project).library
    groups: dict[str, list[Card]] = {stage: [] for stage in STAGES}
    for card in sorted(library.cards.values(), key=lambda one: one.path):
        needed = library.schema.stages(card.type, card.visibility)
        if card.status == "送审" or (card.status == OVER and card.reopened):
            needed = needed or STAGES
        elif card.status != OVER:
            continue
        stage = next((one for one in needed if one not in card.stages), None)
        if stage:
            groups[stage].append(card)
    for stage, cards in groups.items():
        if cards:
            print(f"等{stage}（{len(cards)} 条）：")
        for card in cards:
            done = "、".join(card.stages) or ("改动后重审" if card.reopened else "还没有审过")
            print(f"  {card.id}　{card.title}　{library.schema.kind_of(card.type).label}，{card.visibility}，{card.status}；{done}")
    if not any(groups.values()):
        print("没有等着审核的条目。")
    return 0


def explain(project: Project, problems: Iterable[Problem]) -> list[Problem]:
    """The same problems; where a text changed after its review, the hint says which words, as far as git remembers."""
    told = []
    for problem in problems:
        if problem.code == "review-reopened":
            words = changed_words(project.root, problem.spot.path)
            if words:
                problem = replace(problem, hint=f"改了：{words}；{problem.hint}")
        told.append(problem)
    return told


def changed_words(root: Path, path: str) -> str:
    """What differs between the last reviewed version of an entry and the present one, "" where that one is lost."""
    text = header.lf(header.read(root / path))[0]
    seals = re.findall(r"\bseen: (s[0-9a-f]{12})\b", text)
    if not seals:
        return ""
    before = next((old for old in _versions(root, path) if seal(old) == seals[-1]), None)
    return difference(canonical(before), canonical(text)) if before is not None else ""


def difference(before: str, after: str, most: int = 4) -> str:
    """The first changes between two texts, in words: “旧”→“新”."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    changes = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = ("".join(part).strip() for part in (old[a:b], new[c:d]))
        if kind == "equal" or not (gone or come):
            continue
        changes.append(
            f"“{_short(gone)}”→“{_short(come)}”" if gone and come else f"删去“{_short(gone)}”" if gone else f"加上“{_short(come)}”"
        )
    more = f"等 {len(changes)} 处" if len(changes) > most else ""
    return "，".join(changes[:most]) + more


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 20 else words[:18] + "……"


def _versions(root: Path, path: str) -> Iterable[str]:
    """The texts an entry had, newest first, as far as git follows it."""
    log = _git(root, "log", "--follow", "--format=%x01%H", "--name-only", "-z", f"-n{_VERSIONS}", "--", path)
    for block in log.decode("utf-8", "replace").split("\x01")[1:]:
        commit, *names = [part.strip("\n") for part in re.split("[\0\n]", block) if part.strip("\n")]
        if names:
            yield header.lf(_git(root, "show", f"{commit}:{names[-1]}").decode("utf-8", "replace"))[0]


def _git(root: Path, *words: str) -> bytes:
    try:
        return subprocess.run(["git", "-c", "core.quotePath=false", *words], cwd=root, capture_output=True, check=False).stdout
    except FileNotFoundError:
        return b""
