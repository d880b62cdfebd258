"""What is asked of content beyond its form: two visible tables of checks, one per entry, one over the library."""

from kb.checks.entry import ENTRY_CHECKS, check_entry
from kb.checks.library import LIBRARY_CHECKS, check_library

__all__ = ["ENTRY_CHECKS", "LIBRARY_CHECKS", "check_entry", "check_library"]
