"""The process that kube_aws.rehearsal.process starts: its arguments are state folder, account, and the number
of the file descriptor on which it listens. It says `ready` on stdout once it answers, else in a line why not.
"""

import fcntl
import logging
import os
import socket
import sys
from pathlib import Path

from kube_aws.rehearsal.api.server import serve
from kube_aws.rehearsal.api.state import UnreadableError


def say(what: str) -> None:
    """Tell the starter, then leave its pipe: what is printed from now on goes to the log."""
    print(what, flush=True)
    os.dup2(2, 1)


if __name__ == "__main__":
    os.umask(0o077)
    folder, account, descriptor = sys.argv[1:]
    state = Path(folder)
    try:
        with (state / "lock").open("w") as lock:
            # Held as long as this process lives: one that is just ending writes its world first.
            fcntl.flock(lock, fcntl.LOCK_EX)
            serve(socket.socket(fileno=int(descriptor)), account, state, lambda: say("ready"))
    except UnreadableError:
        logging.exception("the former world cannot be read")
        say("unreadable")
        sys.exit(1)
    except OSError as error:
        say(f"{state}: {error.strerror}")
        raise
