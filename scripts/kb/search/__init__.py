"""Site search: the index that the script in the browser reads.

`kb.search.extract` turns one entry into a blob (pure, cacheable, in any process); `build` makes the index of all blobs; `patch`
brings a standing index up to date and gives the same bytes. See docs/search-index.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kb.search.document import Document, Facets, Listing
from kb.search.files import File
from kb.search.script import Scripts, bundle, fits

if TYPE_CHECKING:
    from kb.search.index import build
    from kb.search.patching import Change, Patch, patch

__all__ = ["Change", "Document", "Facets", "File", "Listing", "Patch", "Scripts", "build", "bundle", "fits", "patch"]

_NUMERIC = {"build": "index", "Change": "patching", "Patch": "patching", "patch": "patching"}
"""Name -> module: they load numpy, 0.1 s that an unchanged library need not pay."""


def __getattr__(name: str) -> object:
    if name not in _NUMERIC:
        raise AttributeError(name)
    return getattr(import_module(f"kb.search.{_NUMERIC[name]}"), name)
