"""The world outlives the process: a file for each account, and one for what spans accounts.

Each file is replaced whole. The spanning file, which holds CloudFormation's notes, is taken first and written
last: after a crash a service may know a thing that CloudFormation has not noted yet, never the reverse.
"""

import logging
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import moto
from moto import backends as moto_backends
from moto.core.base_backend import BackendDict

log = logging.getLogger(__name__)

SPANNING = "spanning"
_PAUSE_SECONDS = 0.1


class UnreadableError(Exception):
    """A former world was written by another version and cannot be read."""


class State:
    """The files of one world.

    `spanning` gives what spans accounts and `restore_spanning` takes it back; `lock` is held while moto's
    backends are looked at. Changes are written a moment after the first of them, and at the end.
    """

    def __init__(
        self,
        folder: Path,
        lock: threading.RLock,
        spanning: Callable[[], Any],
        restore_spanning: Callable[[Any], None],
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._spanning = spanning
        self._restore_spanning = restore_spanning
        self._changed: set[str] = set()
        self._wake = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._keep, daemon=True, name="state").start()

    def changed(self, account: str) -> None:
        """Note that something in an account may be different now."""
        self._changed.add(account)
        self._wake.set()

    def restore(self) -> None:
        """Take up the former world, if there is one. Raises UnreadableError."""
        if not (self._folder / SPANNING).exists():
            return
        try:
            for path in self._folder.iterdir():
                if path.name.isdigit():
                    _put_back(path.name, cloudpickle.loads(path.read_bytes()))
            version, spanning = cloudpickle.loads((self._folder / SPANNING).read_bytes())
            self._restore_spanning(spanning)
        except OSError:
            raise
        except Exception as error:
            raise UnreadableError(str(self._folder)) from error
        if version != moto.__version__:
            raise UnreadableError(f"{self._folder}: moto {version}")

    def save(self) -> None:
        """Write what has changed."""
        with self._writing:
            changed = {self._changed.pop() for _ in range(len(self._changed))}
            if not changed:
                return
            try:
                self._write(changed)
            except BaseException:
                self._changed |= changed
                raise

    def _write(self, changed: set[str]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        spanning = cloudpickle.dumps((moto.__version__, self._spanning()))
        for account in sorted(changed):
            with self._lock:
                content = cloudpickle.dumps(_taken(account))
            write(self._folder / account, content)
        write(self._folder / SPANNING, spanning)

    def _keep(self) -> None:
        pause = threading.Event()
        while self._wake.wait():
            self._wake.clear()
            pause.wait(_PAUSE_SECONDS)
            try:
                self.save()
            except Exception:
                log.exception("the world was not written")


def write(path: Path, content: bytes) -> None:
    """Replace a file whole, readable by its owner alone."""
    new = path.with_name(path.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _taken(account: str) -> dict[str, dict[str, Any]]:
    """moto's backends of an account, by service and region."""
    taken: dict[str, dict[str, Any]] = defaultdict(dict)
    for backends in list(BackendDict._instances):  # noqa: SLF001 (moto has no other list of them)
        if dict.__contains__(backends, account):
            taken[backends.service_name].update(dict.items(backends[account]))
    return dict(taken)


def _put_back(account: str, taken: dict[str, dict[str, Any]]) -> None:
    for service, regions in taken.items():
        of_account: Any = moto_backends.get_backend(service)[account]
        for region, backend in regions.items():
            dict.__setitem__(of_account, region, backend)
