"""python -m bench.search --site DIR | --corpus FILE.jsonl  [--queries FILE.yml] [--out RUN.json] [--rivals] [--entries N]

Prints a table; writes {"name", "res": {query: [entry ids]}, "ms", "bytes", …} to --out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bench.search import corpus, rivals
from bench.search.judge import Query, by_kind, grades, queries
from bench.search.measure import measure
from bench.search.site import bare
from kb.search import Document

HERE = Path(__file__).parent


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="量检索：准不准、快不快、重不重")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--site", type=Path, help="已生成的站点")
    where.add_argument("--corpus", type=Path, help="条目的 JSON 行文件，用它生成一个只有检索的站点")
    parser.add_argument("--queries", type=Path, default=HERE / "queries.yml", help="评判过的问题")
    parser.add_argument(
        "--synonyms", type=Path, default=HERE.parents[1] / "content/wording.yml", help="同义词；只在用 --corpus 时读"
    )
    parser.add_argument("--out", type=Path, help="把结果写成 JSON")
    parser.add_argument("--entries", type=int, help="把条目用它们自己的句子扩充到这么多条再量")
    parser.add_argument("--rivals", action="store_true", help="同样的问题也问 Material 自带检索和 Pagefind")
    given = parser.parse_args()
    asked = queries(given.queries)
    with tempfile.TemporaryDirectory() as folder:
        run, documents = ours(given, asked, Path(folder))
    aliases = run.pop("aliases")
    entries = [replace(entry, aliases=entry.aliases or aliases.get(entry.title, [])) for entry in map(corpus.entry_of, documents)]
    judged = grades(asked, entries)
    runs = [run]
    if given.rivals:
        runs += [rivals.material(documents, asked), rivals.pagefind(documents, asked)]
    show(runs, asked, judged, len(documents))
    if given.out:
        given.out.write_text(json.dumps(run, ensure_ascii=False, indent=1), encoding="utf-8")


def ours(given: argparse.Namespace, asked: Sequence[Query], folder: Path) -> tuple[dict[str, Any], list[Document]]:
    """Our own run, and the entries it ran on."""
    documents = corpus.read(given.corpus) if given.corpus else corpus.of_site(given.site)
    if given.site and not given.entries:
        return measure(given.site, asked), documents
    if given.entries:
        documents = list(corpus.enlarge(documents, given.entries))
    groups = yaml.safe_load(given.synonyms.read_text(encoding="utf-8"))["synonyms"] if given.synonyms.is_file() else []
    spent = bare(documents, folder, groups)
    return measure(folder, asked) | {"build": spent}, documents


def show(runs: Sequence[dict[str, Any]], asked: Sequence[Query], judged: dict[str, dict[str, int]], count: int) -> None:
    """The table."""
    print(f"{count} 个条目，{len(asked)} 个问题\n")
    print(
        "| 引擎 | nDCG@10 | 起步 kB | 起步 s | 一问 kB 中位 / p95 | 请求数 | 排序 ms 中位 / p95 |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    scores = {}
    for run in runs:
        if "skipped" in run:
            print(f"| {run['name']} | 未测：{run['skipped']} |" + " |" * 5)
            continue
        scores[run["name"]] = by_kind(asked, judged, run["res"])
        sizes = [size / 1000 for size in run["bytes"].values()]
        times = run["keys"]["rank"] if "keys" in run else list(run["ms"].values())
        print(
            f"| {run['name']} | {scores[run['name']]['全部']:.3f} | {(run['cold']['bytes'] + run['cold'].get('script', 0)) / 1000:.0f} | {run['cold']['ms'] / 1000:.2f} "
            f"| {statistics.median(sizes):.1f} / {p95(sizes):.1f} | {statistics.median(run['requests'].values()):.0f} "
            f"| {statistics.median(times):.1f} / {p95(times):.1f} |"
        )
    print("\n各类问题的 nDCG@10\n\n| 引擎 | " + " | ".join(kinds(asked)) + " |\n| --- |" + " --- |" * len(kinds(asked)))
    for name, values in scores.items():
        print(f"| {name} | " + " | ".join(f"{values[kind]:.2f}" for kind in kinds(asked)) + " |")
    details(runs[0])


def kinds(asked: Sequence[Query]) -> list[str]:
    """The kinds of queries in the order of the file."""
    return list(dict.fromkeys(query.kind for query in asked))


def details(run: dict[str, Any]) -> None:
    """What only our own run knows."""
    cold = run["cold"]
    print(
        f"\n起步：索引 {cold['bytes'] / 1000:.0f} kB，脚本 {cold['script'] / 1000:.0f} kB，读音表（用到才取）{cold['sounds'] / 1000:.0f} kB，"
        f"{cold['requests']} 个请求；联想每键 p95 {p95(run['keys']['suggest']):.1f} ms，排序每键 p95 {p95(run['keys']['rank']):.1f} ms；"
        f"首次一问 p95 {p95(list(run['cold_ms'].values())):.0f} ms；堆 {run['heap'] / 1e6:.1f} MB"
    )
    if "build" in run:
        spent = run["build"]
        print(
            f"生成：每条 {spent['extract'] + spent['index']:.2f} ms CPU（提取 {spent['extract']:.2f}，索引 {spent['index']:.2f}），{spent['files']} 个文件"
        )


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


if __name__ == "__main__":
    main()
