"""From content/duties/<id>.yml to a list of duties (清单): tasks by level of responsibility, and what is missing in them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.library import Library
from kb.model.value import Cadence, Date, EntryRef, Text
from kb.problem import Level, Problem, Spot
from kb.schema.kinds import nearest
from kb.schema.record import Record
from kb.syntax.tree import Mapping, Scalar
from kb.workpieces.grounds import UNSET, Grounds, Mention, check_mentions, is_slug
from kb.workpieces.kind import Piece, WorkpieceKind

_DATE = re.compile(r"([1-9][0-9]{3})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
STATES = ("样表", "在用", "存档")
"""A 样表 is a model to adapt, 在用 is this office's own, 存档 is kept for reading and stays out of the calendar."""
MAX_DEPTH = 8
LIST_KEYS = (
    "title", "kind", "state", "year", "series", "version", "summary", "entry", "report", "levels", "stages",
    "declared", "gap", "units", "tasks", "notes",
)  # fmt: skip
TASK_KEYS = (
    "id", "group", "task", "work", "shares", "owner", "partner", "cadence", "deadline", "measure", "evidence",
    "instead", "basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of duty list: what a task of it must have."""

    name: str
    what: str
    tasks: str
    """What one row is called."""
    measured: bool = False
    levelled: bool = False
    opposed: bool = False
    staged: bool = False
    charted: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        ListKind("责任清单", "任务一行，各级责任分栏", "任务", measured=True, levelled=True),
        ListKind("任务分解表", "要点逐条拆成任务、指标、责任、协同、时限", "任务", measured=True),
        ListKind("主体责任清单", "按责任主体列出责任事项和报送要求", "责任事项", measured=True),
        ListKind("负面清单", "不得做、易踩空的事与应当的做法正反并排，可逐项自查", "情形", opposed=True),
        ListKind("四同对照表", "一行业务任务对一行党建任务，四步打勾", "党建任务", staged=True),
        ListKind("活动方案", "目标、方面、任务三级分解，声明几项就核对几项", "任务", measured=True),
        ListKind("事项清单", "按类列出要办的事项和办法", "事项"),
        ListKind("组织架构", "各级组织的位置与职责", "职责", charted=True),
    )
}


@dataclass(frozen=True, slots=True)
class Tier:
    """A level of responsibility: its verb (领导, 负责, 落实 …) and who stands there."""

    name: str
    role: str
    cites: Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A box of the organisation chart; `under` names the role above it, "" for the top."""

    role: str
    under: str
    duty: Text
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a list; `shares` holds what each tier does, in the order of the tiers given."""

    id: str
    at: tuple[int, int]
    group: str
    task: Text
    work: Text
    shares: tuple[tuple[str, Text], ...]
    owner: tuple[str, ...]
    partner: tuple[str, ...]
    cadence: Cadence | None
    cadence_open: bool
    """True where the cadence is left to the office."""
    deadline: Date | None
    measure: Text
    evidence: tuple[Text, ...]
    instead: Text
    basis: tuple[EntryRef, ...]

    def share(self, tier: str) -> Text:
        return next((text for name, text in self.shares if name == tier), Text(""))


@dataclass(frozen=True, slots=True)
class DutyList:
    """One list of duties as read."""

    id: str
    title: str
    kind: ListKind
    state: str
    year: str
    series: str
    version: str
    summary: Text
    entry: tuple[EntryRef, ...]
    report: Text
    tiers: tuple[Tier, ...]
    stages: tuple[str, ...]
    declared: int
    gap: Text
    units: tuple[Unit, ...]
    tasks: tuple[Task, ...]
    notes: tuple[Text, ...]
    mentions: tuple[Mention, ...]
    tasks_at: tuple[int, int]

    @property
    def live(self) -> bool:
        """Whether its tasks belong in the calendar and on the pages of the roles."""
        return self.state != "存档"


def read(id: str, record: Record) -> DutyList | None:
    """The list in `record`; None where it names no known kind."""
    record.known(*LIST_KEYS)
    notes, grounds = record.notes, Grounds()
    name = record.text("kind")
    if id.startswith("of-"):
        notes.add("bad-id", (1, 1), f"编号“{id}”留给按责任主体的页", "换一个不以 of- 开头的文件名")
        return None
    kind = KINDS.get(name)
    if kind is None:
        if name:
            near = nearest(name, KINDS)
            hint = (f"是不是“{near}”？" if near else "") + f"可选：{'、'.join(KINDS)}"
            notes.add("not-an-option", record.pairs["kind"].at, f"清单种类没有“{name[:20]}”", hint)
        return None
    state = record.text("state", "样表")
    if state not in STATES:
        notes.add("not-an-option", record.pairs["state"].at, f"state 不能是“{state[:20]}”", f"可选：{'、'.join(STATES)}")
        state = "样表"
    year = record.text("year", UNSET)
    if year != UNSET and not re.fullmatch("[1-9][0-9]{3}", year):
        notes.add("wrong-kind", record.pairs["year"].at, f"年度“{year[:20]}”不合写法", f"写四位年份，或写“{UNSET}”")
        year = UNSET
    tiers = tuple(_tier(item, grounds) for item in record.records("levels", "责任层级"))
    title = record.text("title")
    value = DutyList(
        id, title, kind, state, year, record.text("series", id), record.text("version", ""),
        grounds.statement(record, "summary", "说明", required=True), grounds.entries(record, "entry", "对应条目"),
        grounds.statement(record, "report", "报送"), tiers, record.texts("stages"), record.integer("declared"),
        grounds.statement(record, "gap", "差额说明"),
        tuple(_unit(item, grounds) for item in record.records("units", "组织")),
        tuple(_task(item, grounds, tiers) for item in record.records("tasks", kind.tasks)),
        grounds.statements(record, "notes", "注"), tuple(grounds.mentions),
        record.pairs["tasks"].at if "tasks" in record.pairs else record.node.at,
    )  # fmt: skip
    return value if title else None


def _tier(record: Record, grounds: Grounds) -> Tier:
    record.known("name", "role", "cite")
    name = record.text("name")
    roles = grounds.roles(record, "role", "责任层级")
    return Tier(name, roles[0] if roles else record.text("role"), grounds.statement(record, "cite", "责任层级"))


def _unit(record: Record, grounds: Grounds) -> Unit:
    record.known("role", "under", "duty")
    role = grounds.roles(record, "role", "组织")
    under = grounds.roles(record, "under", "上级组织")
    duty = grounds.statement(record, "duty", "职责", required=True)
    return Unit(role[0] if role else record.text("role"), under[0] if under else "", duty, record.node.at)


def _task(record: Record, grounds: Grounds, tiers: tuple[Tier, ...]) -> Task:
    record.known(*TASK_KEYS)
    notes = record.notes
    id = record.text("id")
    if id and not is_slug(id):
        notes.add("bad-id", record.pairs["id"].at, f"任务编号“{id[:40]}”不合写法", "只用小写字母、数字和连字符，定了不改")
    shares = []
    node = record.pairs.get("shares")
    if isinstance(node, Mapping):
        names = [tier.name for tier in tiers]
        for key, value in node.pairs:
            if key.text not in names:
                near = nearest(key.text, names)
                hint = (f"是不是“{near}”？" if near else "") + f"本清单的层级是：{'、'.join(names) or '（没有写 levels）'}"
                notes.add("unknown-level", key.at, f"没有“{key.text[:20]}”这一级", hint)
            elif isinstance(value, Scalar) and value.text.strip():
                shares.append((key.text, grounds.text(value, f"{key.text}责任")))
    elif node is not None:
        notes.add("wrong-kind", node.at, "“shares”应按层级分项", "写成 {领导: …, 负责: …, 落实: …}")
    task = grounds.statement(record, "task", "任务", required=True)
    words = record.text("cadence", "")
    return Task(
        id, record.node.at, record.text("group", ""), task, grounds.statement(record, "work", "业务任务"), tuple(shares),
        grounds.roles(record, "owner", "责任"), grounds.roles(record, "partner", "协同"),
        grounds.cadence(record, "cadence", "频次"), words.startswith(UNSET), _deadline(record),
        grounds.statement(record, "measure", "指标"), grounds.statements(record, "evidence", "佐证"),
        grounds.statement(record, "instead", "应当怎样"), grounds.entries(record, "basis", "依据"),
    )  # fmt: skip


def _deadline(record: Record) -> Date | None:
    words = record.text("deadline", "")
    if not words or words == UNSET:
        return None
    found = _DATE.fullmatch(words)
    if found:
        date = Date(int(found[1]), int(found[2] or 0), int(found[3] or 0))
        if not found[2] or (1 <= date.month <= 12 and (not found[3] or 1 <= date.day <= monthrange(date.year, date.month)[1])):
            return date
    notes = record.notes
    notes.add("bad-date", record.pairs["deadline"].at, f"时限“{words[:20]}”不是日期", f"写 2027-06 或 2027-06-30，或写“{UNSET}”")
    return None


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """What is missing or contradictory in a list: levels, measures, doubled ids, counts, mentions of nothing."""
    value: DutyList = piece.value
    yield from check_mentions(piece.path, value.mentions, library)
    seen: dict[str, int] = {}
    for task in value.tasks:
        spot = Spot(piece.path, *task.at)
        if task.id in seen and task.id:
            yield Problem("duplicate-id", spot, f"任务编号“{task.id}”在第 {seen[task.id]} 行已用过", "改掉其中一个")
        seen.setdefault(task.id, task.at[0])
        yield from _gaps(value, task, spot)
    yield from _counts(piece, value)
    yield from _chart(piece, value)


def _gaps(value: DutyList, task: Task, spot: Spot) -> Iterator[Problem]:
    name = task.task.text[:20]
    if value.kind.levelled:
        for tier in value.tiers:
            if not task.share(tier.name).text:
                hint = f"在 shares 里补上“{tier.name}: …”；来源没有写的，写“{UNSET}”"
                yield Problem("level-missing", spot, f"“{name}”缺少“{tier.name}”（{tier.role}）一级", hint, Level.WARNING)
    elif not task.owner and not value.kind.opposed and not value.kind.charted:
        yield Problem("owner-missing", spot, f"“{name}”没有写谁负责", f"补上 owner；还没定的写“{UNSET}”", Level.WARNING)
    if value.kind.measured and not task.measure.text:
        hint = f"补上 measure：做到什么程度算完成；来源没有写的，写“{UNSET}”"
        yield Problem("measure-missing", spot, f"“{name}”没有指标", hint, Level.WARNING)
    if value.kind.opposed and not task.instead.text:
        yield Problem("instead-missing", spot, f"“{name}”只写了不得做什么", "补上 instead：应当怎样做", Level.WARNING)
    if value.kind.staged and not task.work.text:
        yield Problem("work-missing", spot, f"“{name}”没有对应的业务任务", "补上 work", Level.WARNING)
    if not task.basis and not task.task.cites:
        yield Problem("basis-missing", spot, f"“{name}”没有依据", "补上 basis 或出处", Level.WARNING)


def _counts(piece: Piece, value: DutyList) -> Iterator[Problem]:
    spot = Spot(piece.path, *value.tasks_at)
    if value.declared and value.declared != len(value.tasks) and not value.gap.text:
        hint = "补齐或改正 declared；来源没有逐项列出的，用 gap 写明"
        yield Problem("count-differs", spot, f"声明 {value.declared} 项，实列 {len(value.tasks)} 项", hint, Level.WARNING)
    if value.kind.levelled and not 2 <= len(value.tiers) <= 5:
        yield Problem("wrong-kind", spot, f"责任清单写了 {len(value.tiers)} 级", "在 levels 里写二至五级，每级写 name 和 role")
    if value.kind.staged and not value.stages:
        yield Problem("missing-field", spot, "四同对照表没有写 stages", "如 stages: [同谋划, 同部署, 同检查, 同考核]")
    if not value.tasks and not value.kind.charted and not value.gap.text:
        yield Problem("list-empty", spot, f"{value.kind.name}里一项也没有", "在 tasks 下逐项写", Level.WARNING)


def _chart(piece: Piece, value: DutyList) -> Iterator[Problem]:
    """Every box hangs on a box that stands before it, so that the chart is a forest without rings."""
    depth: dict[str, int] = {}
    for unit in value.units:
        spot = Spot(piece.path, *unit.at)
        if unit.role in depth:
            yield Problem("duplicate-id", spot, f"“{unit.role}”在组织架构里写了两次", "合成一处")
        elif unit.under and unit.under not in depth:
            yield Problem("unknown-level", spot, f"“{unit.role}”的上级“{unit.under}”还没有写", "先写上级，再写下级")
        elif depth.get(unit.under, 0) >= MAX_DEPTH:
            yield Problem("too-deep", spot, "组织架构层数太多", f"最多 {MAX_DEPTH} 级")
        depth.setdefault(unit.role, depth.get(unit.under, 0) + 1)
    if value.kind.charted and not value.units:
        yield Problem("missing-field", Spot(piece.path, 1, 1), "组织架构没有写 units", "每个组织写 role、under、duty")


DUTIES = WorkpieceKind("duties", "责任清单", read, check)
