"""Whether work may be shared with forked processes."""

from __future__ import annotations

import os
import sys


def may_fork() -> bool:
    """False where the system has no fork, or where a library of this process may run threads of its own.

    A forked child has none of its parent's threads (POSIX, fork()): the first call into such a library would wait
    for them for ever. Typst's engine keeps a pool of threads and is the one library here that does; a build loads
    it in its workers only, but a preview or a test may have used it before. Servers say so themselves
    (`fork_no_more`): their threads may hold any lock at the moment of a fork.
    """
    return hasattr(os, "fork") and "typst" not in sys.modules and not _has_threads


_has_threads = False


def fork_no_more() -> None:
    """From now on this process runs threads that live as long as it does."""
    global _has_threads
    _has_threads = True
