"""A little library, its index, and the search script without a browser."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pytest
from py_mini_racer import MiniRacer

from kb.search import Document, File, Scripts, build, bundle
from kb.search.extract import extract

SCRIPTS = Path(__file__).parents[2] / "templates/site/assets/js/search"
Search = Callable[..., dict[str, Any]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'"
)
TEMPLATES = Path(__file__).parents[2] / "templates"
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>检索 - 试</title>
<meta name="viewport" content="width=device-width"><meta name="kb-root" content="%(root)s">
<meta http-equiv="Content-Security-Policy" content="%(policy)s">
<link rel="stylesheet" href="%(root)sassets/css/search.css"></head>
<body class="md-typeset">%(box)s<main>%(main)s</main><input id="other">
<script src="%(root)sassets/js/search/open.js"></script></body></html>"""


DOCUMENTS = [
    Document(
        "sanhui", "methods/sanhui.html", "三会一课", ("支部党员大会", "党小组会"), "党支部最基本的组织生活。",
        (("type", ("工作法",)), ("topic", ("组织建设",)), ("year", ("2020",))),
        (("做法步骤", "支部党员大会一般每季度召开一次，“党课”按上级要求安排。"), ("注意", "会前一周通知党员。")),
    ),
    Document(
        "yiti", "methods/yiti.html", "第一议题", ("首要议题",), "",
        (("type", ("工作法",)), ("topic", ("思想建设",))),
        (("", "会议首先学习重要讲话精神，第一议题制度二〇二〇年起实行。"), ("各地做法", "有的与三会一课、主题党日结合。")),
    ),
    Document(
        "anli", "cases/anli.html", "某县人大机关青蓝结对", (), "",
        (("type", ("案例",)), ("topic", ("组织建设", "作风建设")), ("place", ("江苏",))),
        (("主要做法", "领导干部结对帮带年轻干部，围绕中心、建设队伍、服务群众。"), ("", "持续深化机关作风能力建设。")),
    ),
    Document(
        "dangri", "methods/dangri.html", "主题党日", ("党员活动日",), "",
        (("type", ("工作法",)), ("topic", ("组织建设",)), ("year", ("2019",))),
        (("", "每月固定一天开展主题党日，可以和三会一课一起安排。必须把发挥作用摆在前面。"),),
    ),
    Document(
        "aed", "resources/aed.html", "自动体外除颤器", ("AED",), "", (("type", ("资源",)),),
        (("", "机关一楼大厅配有一台，𬭎某负责保管。"),),
    ),
    Document(
        "shenghuohui", "methods/shenghuohui.html", "组织生活会", (), "", (("type", ("工作法",)), ("topic", ("组织建设",))),
        (("", "党支部以交流思想为中心内容的会议，一般每年召开一次。"),),
    ),
]  # fmt: skip
SYNONYMS = (("工青妇", "群团工作"), ("除颤仪", "自动体外除颤器"))


def clean(documents: Sequence[Document], synonyms: Sequence[Sequence[str]], script: Scripts) -> Iterator[File]:
    """A clean index of documents, as files yet to be written."""
    known = {document.id: document for document in documents}
    return build(known, lambda id: (known[id].listing, extract(known[id])), synonyms, script)


def made(index: Iterable[File]) -> dict[str, bytes]:
    """Files by path, written."""
    return {file.path: file.make() for file in index}


@pytest.fixture(scope="session")
def script() -> Scripts:
    return bundle(SCRIPTS)


@pytest.fixture(scope="session")
def make_index(script: Scripts) -> Callable[[list[Document]], dict[str, bytes]]:
    """A clean index of documents."""

    def make(documents: list[Document]) -> dict[str, bytes]:
        return made(clean(documents, (), script))

    return make


@pytest.fixture(scope="session")
def index(script: Scripts) -> dict[str, bytes]:
    """The index of the little library."""
    return made(clean(DOCUMENTS, SYNONYMS, script))


def started(index: dict[str, bytes]) -> Any:
    """A V8 without a page: the bundled script reads the index from memory."""
    racer = MiniRacer()
    files = json.dumps({path: data.decode() for path, data in index.items()})
    racer.eval("var self = globalThis; self.kbSearch = {root: ''}")
    racer.eval(f"var FILES = {files}; var LOADED = [];")
    racer.eval(
        "kbSearch.boot = (core, start, page) => { kbSearch.named = [core, start, page]; };"
        "kbSearch.load = path => { path = path.split('?')[0]; LOADED.push(path);"
        " if (!(path in FILES)) return Promise.reject(new Error('missing: ' + path));"
        " (0, eval)(FILES[path]); return Promise.resolve(); };"
        "kbSearch.load('search/boot.js'); kbSearch.named.forEach(kbSearch.load);"
    )
    return racer


@pytest.fixture(scope="session")
def engine(index: dict[str, bytes]) -> Any:
    """The search script over the little library."""
    racer = started(index)
    racer.eval("kbSearch.ready().then(kbSearch.needSounds)").get(timeout=60)
    return racer


@pytest.fixture
def search(engine: Any) -> Search:
    """search(query, **options) → the result as the panel gets it."""

    def run(query: str, **options: Any) -> dict[str, Any]:
        call = f"kbSearch.search({json.dumps(query)}, {json.dumps(options)}).then(JSON.stringify)"
        result = json.loads(engine.eval(call).get(timeout=60))
        assert isinstance(result, dict)
        return result

    return run


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, index: dict[str, bytes]) -> Path:
    """The little library as a site: a page deep down, a browse page, and the page of results."""
    root = tmp_path_factory.mktemp("site")
    for path, data in index.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    shutil.copytree(TEMPLATES / "site/assets/js/search", root / "assets/js/search")
    (root / "assets/css").mkdir()
    shutil.copy(TEMPLATES / "site/assets/css/search.css", root / "assets/css/search.css")
    box = re.sub(r"\{\{.*?\}\}", "browse.html", (TEMPLATES / "site/partials/search.html").read_text(encoding="utf-8"))
    box = re.sub(r"\{#.*?#\}", "", box)
    results = jinja2.Template((TEMPLATES / "pages/search.html.j2").read_text(encoding="utf-8"), autoescape=True).render(root="")
    for path, depth, main in (
        ("index.html", "./", ""),
        ("browse.html", "./", "筛选"),
        ("search.html", "./", results),
        ("methods/sanhui.html", "../", "三会一课正文"),
        ("methods/yiti.html", "../", "第一议题正文"),
    ):
        (root / path).parent.mkdir(exist_ok=True)
        page = PAGE % {"root": depth, "policy": POLICY, "box": box.replace("browse.html", depth + "browse.html"), "main": main}
        (root / path).write_text(page, encoding="utf-8")
    return root


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, format: str, *values: object) -> None:
        pass


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/"
        served.shutdown()
