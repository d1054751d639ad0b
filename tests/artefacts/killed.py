"""Ending a process at a chosen change of the file system, as a crash or an impatient person does."""

import os
import sys
from collections.abc import Callable
from typing import Any

CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})
KILLED = 137


def killed_at(change: int, work: Callable[[], object]) -> bool:
    """Do the work in a child process that ends right before its change number `change` (from 0: a
    file opened to be written, renamed, linked or removed, a folder made). False if it came to its end before.
    """
    child = os.fork()
    if child == 0:
        left = change

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event in CHANGES or (event == "open" and arguments[2] & os.O_CREAT):
                if left == 0:
                    os._exit(KILLED)
                left -= 1

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED)
    return code == KILLED
