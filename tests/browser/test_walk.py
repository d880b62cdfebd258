"""Every page in real Chromium, over http and from the disk: nothing is asked of anyone else, nothing complains."""

from __future__ import annotations

from tests.browser.conftest import Open


def test_every_page(reader: Open, origin: str, pages: list[str]) -> None:
    """No request to another origin, no error or warning on the console, no script error, no violation of the policy, no missing file."""
    window = reader(origin)
    broken = []
    for name in pages:
        if name == "404.html" and origin.startswith("file"):
            # its links start at the root of a server: it is shown by servers only
            continue
        page = window.open(name)
        broken += [
            f"{name}: {source}"
            for source in page.evaluate("[...document.images].filter(i => i.loading !== 'lazy' && !i.naturalWidth).map(i => i.src)")
        ]
    assert not broken, "\n".join(broken)
