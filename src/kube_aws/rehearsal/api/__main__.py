"""The process that kube_aws.rehearsal.process starts: its arguments are state folder, account, the number
of the file descriptor on which it listens, and `nodes` where instances are to be machines. It says `ready` on
stdout once it answers, else in a line why not.
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
    folder, account, descriptor, *nodes = sys.argv[1:]
    # Machines' disks are read by their own users; the state folder around them is open to its owner alone.
    os.umask(0o022 if nodes else 0o077)
    state = Path(folder)
    try:
        with (state / "lock").open("w") as lock:
            # Held as long as this process lives: one that is just ending writes its world first.
            fcntl.flock(lock, fcntl.LOCK_EX)
            listening = socket.socket(fileno=int(descriptor))
            serve(listening, account, state, lambda: say("ready"), nodes=bool(nodes))
    except UnreadableError:
        logging.exception("the former world cannot be read")
        say("unreadable")
        sys.exit(1)
    except OSError as error:
        say(f"{state}: {error.strerror}")
        raise
