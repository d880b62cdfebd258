"""What is asked of content beyond its form: visible tables of checks, per entry, per card beside the others, over the library."""

from kb.checks.entry import ENTRY_CHECKS, check_entry
from kb.checks.library import CARD_CHECKS, LIBRARY_CHECKS, check_card, check_cards, check_library, shelve

__all__ = ["CARD_CHECKS", "ENTRY_CHECKS", "LIBRARY_CHECKS", "check_card", "check_cards", "check_entry", "check_library", "shelve"]
