"""From a composed book to a DOCX file: styles, numbering, running heads and body put into one package, the same bytes each time."""

from __future__ import annotations

import datetime
import io
from typing import Any

from kb.office.steady import steady
from kb.print.book import Book
from kb.print.typst_pdf import Pages
from kb.print.word_book import Body, page_number
from kb.print.word_styles import ALTERNATIVES, NAMESPACES, defaults, numbering, styles
from kb.print.word_xml import field, run

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NO_DATE = datetime.datetime(2000, 1, 1)


def make_docx(book: Book, pages: Pages, draft: bool = False) -> bytes:
    """The DOCX of a book; `pages` of its PDF fill contents, references and index until someone updates the fields."""
    from docx import Document
    from docx.oxml import parse_xml

    document: Any = Document()
    writer = Body(book, pages, draft)
    body = writer.write()
    _replace_styles(document, writer, parse_xml)
    part = document.part
    part.numbering_part._element = parse_xml(numbering(writer.sheet, writer.lists))
    part._element = parse_xml(f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
    _add_heads(part, writer)
    _replace_settings(document, parse_xml)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = book.title, book.publisher, book.publisher
    properties.keywords, properties.language, properties.comments = "，".join(book.keywords), "zh-CN", ""
    properties.created = properties.modified = datetime.datetime.fromisoformat(book.date) if book.date else _NO_DATE
    properties.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return steady(buffer.getvalue())


def _replace_styles(document: Any, writer: Body, parse: Any) -> None:
    from docx.oxml.ns import qn

    tree = document.styles.element
    kept = ("DefaultParagraphFont", "TableNormal", "NoList")
    for style in list(tree.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in kept:
            tree.remove(style)
    old = tree.find(qn("w:docDefaults"))
    tree.replace(old, parse(defaults(writer.sheet)))
    for style in styles(writer.sheet):
        tree.append(parse(style))


def _add_heads(part: Any, writer: Body) -> None:
    """Running heads: the chapter on odd pages (a STYLEREF field), the book on even ones; page numbers outside."""

    def header(inner: str, place: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="Header"/><w:jc w:val="{place}"/></w:pPr>{inner}</w:p>'

    def footer(inner: str, place: str) -> str:
        side = "w:rightChars" if place == "right" else "w:leftChars"
        return f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind {side}="100"/><w:jc w:val="{place}"/></w:pPr>{inner}</w:p>'

    for number, words in enumerate(writer.headers, 1):
        inner = header(field('STYLEREF "heading 1"', words), "right")
        _add(part, f"head{number}", "header", inner, f"rIdHead{number}")
    _add(part, "headEven", "header", header(run(writer.book.title), "left"), "rIdHeadEven")
    _add(part, "headBlank", "header", '<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p>', "rIdBlank")
    for name, identity, roman in (("foot", "rIdFoot", False), ("front", "rIdFront", True)):
        _add(part, f"{name}Odd", "footer", footer(page_number("I" if roman else "1", roman), "right"), f"{identity}Odd")
        _add(part, f"{name}Even", "footer", footer(page_number("II" if roman else "2", roman), "left"), f"{identity}Even")


def _add(part: Any, name: str, kind: str, inner: str, identity: str) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    tag = "hdr" if kind == "header" else "ftr"
    xml = f"{_HEAD}<w:{tag} {NAMESPACES}>{inner}</w:{tag}>"
    made = Part(PackURI(f"/word/{name}.xml"), f"{_TYPE}{kind}+xml", xml.encode(), part.package)
    part.load_rel(_RELATION + kind, made, identity)


def _replace_settings(document: Any, parse: Any) -> None:
    """Facing pages, East Asian compression of points, and nothing that asks to be repaired."""
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    made = parse(
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:mirrorMargins/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>'
        "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )
    for child in list(made):
        settings.append(child)
    table = (
        f"{_HEAD}<w:fonts {NAMESPACES}>"
        + "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            for name, other in ALTERNATIVES
        )
        + "</w:fonts>"
    )
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = table.encode()
