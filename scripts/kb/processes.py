"""Whether work may be shared with forked processes."""

from __future__ import annotations

import os
import sys


def may_fork() -> bool:
    """False where the system has no fork, or where a library of this process may run threads of its own.

    A forked child has none of its parent's threads (POSIX, fork()): the first call into such a library would wait
    for them for ever. Typst's engine keeps a pool of threads and is the one library here that does; a build loads
    it in its workers only, but a preview or a test may have used it before.
    """
    return hasattr(os, "fork") and "typst" not in sys.modules
