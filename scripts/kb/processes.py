"""Whether work may be shared with forked processes, and a call that one of them does while this one goes on."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")


def may_fork() -> bool:
    """False where the system has no fork, or where a library of this process may run threads of its own.

    A forked child has none of its parent's threads (POSIX, fork()): the first call into such a library would wait
    for them for ever. Typst's engine keeps a pool of threads and is the one library here that does; a build loads
    it in its workers only, but a preview or a test may have used it before.
    """
    return hasattr(os, "fork") and "typst" not in sys.modules


class Aside(Generic[T]):
    """A call done by a process forked from this one; ask `may_fork` first.

    No thread is started for it, so that this process may fork again meanwhile. Leaving the `with` block ends the call;
    `wait` lets it come to its end.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        import multiprocessing  # a small edit need not load it

        context = multiprocessing.get_context("fork")
        self._answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_tell, args=(theirs, call))
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.join()
        self._answer.close()

    def wait(self) -> None:
        """Until its process has ended, whatever came of the call."""
        self._process.join()

    def result(self) -> T:
        """What the call gave, once. Raises what it raised, and ChildProcessError where its process was killed."""
        try:
            fine, value = self._answer.recv()
        except EOFError:
            self._process.join()
            raise ChildProcessError(f"status {self._process.exitcode}") from None
        if not fine:
            raise value
        return value  # type: ignore[no-any-return]


def _tell(pipe: Any, call: Callable[[], object]) -> None:
    try:
        answer = (True, call())
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - it is raised again where the result is asked for
        fault.add_note(traceback.format_exc())
        answer = (False, fault)
    pipe.send(answer)
