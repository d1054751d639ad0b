"""The folder that keeps what was made: one folder for a thing's name and the hash of all it was made from.

A thing is made in another folder and renamed when complete, so what has its name is whole.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def home() -> Path:
    """Where components are kept. Source: XDG Base Directory Specification, XDG_CACHE_HOME."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kube-aws" / "components"


def key(*parts: object) -> str:
    """A short hash of all that a thing is made from: texts, numbers, lists and mappings of them."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def place(cache: Path, name: str, made_from: str) -> Path:
    """The folder of a thing, which exists once it is made. `made_from` is its key."""
    return cache / "things" / f"{name.removeprefix('https://').replace('/', '+')}.{made_from}"


@contextmanager
def making(cache: Path, name: str, made_from: str) -> Iterator[Path]:
    """An empty folder to make a thing in, which gets the thing's name at the end. For the lock's holder."""
    for left in cache.glob("unfinished.*"):
        shutil.rmtree(left, ignore_errors=True)  # a killed run's compiler may still be at it
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished.", dir=cache))
    unfinished.chmod(0o755)
    yield unfinished
    done = place(cache, name, made_from)
    done.parent.mkdir(exist_ok=True)
    unfinished.rename(done)


@contextmanager
def alone(cache: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """The lock, so that two runs make nothing twice; `waiting` is called each half second until it is free.

    The kernel takes it back when its holder ends, however it ends.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        while not _taken(lock):
            waiting()
            time.sleep(0.5)
        yield


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clean(cache: Path, current: set[Path]) -> int:
    """Remove things that are not among `current`, and Go's build cache; answers the bytes that this freed.

    Only for the lock's holder. A running rehearsal has links of its own to what it serves.
    """
    unneeded = [thing for thing in (cache / "things").glob("*") if thing not in current]
    unneeded += [*cache.glob("go-build"), *cache.glob("unfinished.*")]
    freed = 0
    for folder in unneeded:
        freed += sum(path.lstat().st_size for path in folder.rglob("*"))
        shutil.rmtree(folder)
    return freed
