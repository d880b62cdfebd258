"""Site search: the index that the script in the browser reads.

`extract` turns one entry into a blob (pure, cacheable, in any process); `build` makes the index of all blobs; `patch`
brings a standing index up to date and gives the same bytes. See docs/search-index.md.
"""

from kb.search.document import Document, Facets, Listing
from kb.search.extract import extract
from kb.search.index import build
from kb.search.patching import Change, Patch, patch
from kb.search.script import Scripts, bundle

__all__ = ["Change", "Document", "Facets", "Listing", "Patch", "Scripts", "build", "bundle", "extract", "patch"]
