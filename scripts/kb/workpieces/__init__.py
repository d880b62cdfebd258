"""Working instruments (工作件): data files under content/ that are no prose entries. One visible table of kinds."""

from kb.workpieces.kind import Piece, WorkpieceKind, read_pieces

KINDS: tuple[WorkpieceKind, ...] = ()
"""A new kind is one module with its frozen model, its reader and its check, and one row here."""

__all__ = ["KINDS", "Piece", "WorkpieceKind", "read_pieces"]
