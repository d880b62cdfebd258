"""From the tasks of the live lists to a page on which a draft of the year's points (工作要点) is put together."""

from __future__ import annotations

from collections.abc import Iterator

from kb.outputs.duties import named_cards, pieces_digest
from kb.outputs.duty_sheets import when_of
from kb.outputs.plan import Plan, Site
from kb.outputs.role_tasks import lists_of, parts_of
from kb.workpieces.duties import Task
from kb.workpieces.grounds import UNSET

OTHER = "其他"


def plan(site: Site) -> Iterator[Plan]:
    """tools/yaodian.html: every task to choose from, in the order of the topics."""
    library = site.library
    topics = [term.value for term in library.schema.vocabularies["topics"].terms]
    groups: dict[str, list[tuple[Task, str, str]]] = {topic: [] for topic in (*topics, OTHER)}
    told: set[str] = set()
    lists = [value for value in lists_of(library) if value.live and value.kind.measured]
    for value in lists:
        for task in value.tasks:
            if task.task.text in told:
                continue
            told.add(task.task.text)
            topic = _topic(site, task, topics)
            groups[topic].append((task, line(site, task, [role for role, _, _ in parts_of(value, task, library)]), value.title))
    parts = (pieces_digest(site), named_cards(site, [one for value in lists for one in value.mentions]))
    yield site.page(
        "tools/yaodian.html", "tools/index.html", "pages/yaodian.html.j2", "工作要点草稿", "从清单里勾选任务拼成年度要点草稿", parts,
        lambda page: {"groups": [(topic, tasks) for topic, tasks in groups.items() if tasks]},
    )  # fmt: skip


def _topic(site: Site, task: Task, topics: list[str]) -> str:
    """The topic a task belongs to: its own group where that is one, else that of the first entry it rests on."""
    if task.group in topics:
        return task.group
    shown = site.library.shown
    return next((shown[ref.target].topic for ref in task.basis if ref.target in shown and shown[ref.target].topic in topics), OTHER)


def line(site: Site, task: Task, roles: list[str]) -> str:
    """The task as one sentence of a draft; what is open is left out."""
    extra = []
    if roles:
        extra.append(f"责任：{'、'.join(role for role in roles if role != UNSET)}")
    if when := when_of(task):
        extra.append(f"时间：{when}")
    if task.measure.text and task.measure.text != UNSET:
        extra.append(f"标准：{task.measure.text}")
    return f"{task.task.text}。" + (f"（{'；'.join(extra)}）" if extra else "")
