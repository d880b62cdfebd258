"""The one style sheet: what cannot apply to a page of ours is left out, everything else stays as it was."""

from __future__ import annotations

import pytest

from kb.render.styles import compact, link, linked, one_sheet, started, trimmed


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ('@charset "UTF-8";html{margin:0}', "html{margin:0}"),
        (".md-typeset a,.md-tabs__link{color:red}", ".md-typeset a{color:red}"),
        (".md-typeset .tabbed-set{x:y}", ""),
        ("[dir=rtl] .md-typeset ul{a:b}[dir=ltr] .md-typeset ul{a:c}", "[dir=ltr] .md-typeset ul{a:c}"),
        ("[data-md-color-primary=red]{a:b}[data-md-color-scheme=slate]{a:c}", "[data-md-color-scheme=slate]{a:c}"),
        (".md-typeset code:not(.focus-visible,.x){a:b}", ".md-typeset code:not(.focus-visible,.x){a:b}"),
        ("@media print{.md-tabs{a:b}}@media print{.md-header{a:b}}", "@media print{.md-header{a:b}}"),
        ("@keyframes spin{from{a:b}to{a:c}}hr{a:b}", "hr{a:b}"),
        ("hr{background:url(\"data:image/svg+xml,<svg a='}{'/>\")}", "hr{background:url(\"data:image/svg+xml,<svg a='}{'/>\")}"),
    ],
)
def test_rules_of_the_theme(css: str, kept: str) -> None:
    assert trimmed(css) == kept


def test_properties_that_nothing_asks_for() -> None:
    """Also those that only such a property asked for; ours may be asked for by the pages' own scripts and stay."""
    theme = ':root{--a:1;--b:var(--a);--c:url("x;}");--d:3}hr{margin:var(--d)}'
    assert one_sheet([theme], [".x { --y: 1; }"]) == ":root{--d:3}hr{margin:var(--d)}\n.x{--y:1}\n"
    assert one_sheet([theme], [".x { top: var(--b); }"]).startswith(":root{--a:1;--b:var(--a);--d:3}")


def test_compact_keeps_what_is_in_quotes() -> None:
    css = '/* a ; b */\na > b,\n a::after { content: "，; { } :  x"; width: calc(1px + 2px); }\n'
    assert compact(css) == 'a > b,a::after{content:"，; { } :  x";width:calc(1px + 2px)}'


def test_an_entry_page_brings_the_styles_of_its_first_lines() -> None:
    """One link stands for all; in an entry's page it stands behind the first lines, and their styles in the head."""
    about = '<meta name="description" content="@@kb-description@@">'
    drawn = f"<head>\n{about}\n{link('../a.css')}\n{link('../b.css')}\n<meta></head><main>@@kb-content@@</main>"
    page = linked(drawn, "../s.css")
    assert page == f"<head>\n{about}\n{link('../s.css')}\n<meta></head><main>@@kb-content@@</main>"
    assert started(page, "../s.css", "h1 { top: 0; }") == (
        f"<head>\n<style>h1{{top:0}}</style>\n<meta></head><main>@@kb-lead@@{link('../s.css')}\n@@kb-content@@</main>"
    )
    asked = '<link rel="preload" as="style" href="../s.css"><style>'
    assert started(page, "../s.css", "h1 { top: 0; }", ahead=True).startswith(f"<head>\n{asked}h1{{top:0}}</style>")
