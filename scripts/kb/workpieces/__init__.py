"""Working instruments (工作件): data files under content/ that are no prose entries. One visible table of kinds."""

from kb.workpieces.assessments import ASSESSMENTS
from kb.workpieces.duties import DUTIES
from kb.workpieces.forms import FORMS
from kb.workpieces.handbook_checks import HANDBOOKS
from kb.workpieces.kind import Piece, WorkpieceKind, read_pieces
from kb.workpieces.paths import PATHS
from kb.workpieces.quizzes import QUIZZES

KINDS: tuple[WorkpieceKind, ...] = (DUTIES, FORMS, QUIZZES, HANDBOOKS, ASSESSMENTS, PATHS)
"""A new kind is one module with its frozen model, its reader and its check, and one row here."""

__all__ = ["KINDS", "Piece", "WorkpieceKind", "read_pieces"]
