"""The process that kube_aws.rehearsal.process starts: its arguments are state folder, account, the number
of the file descriptor on which it listens, and `nodes` where instances are to be machines. It says `ready` on
stdout once it answers, else in a line of JSON what is wrong and what to do.
"""

import fcntl
import gc
import json
import logging
import os
import socket
import sys
from pathlib import Path

from kube_aws.rehearsal.process import RehearsalError


def say(what: str) -> None:
    """Tell the starter, then leave its pipe: what is printed from now on goes to the log."""
    print(what, flush=True)
    os.dup2(2, 1)


if __name__ == "__main__":
    # What is imported stays: to look through it again and again takes a tenth of the start.
    gc.disable()
    from kube_aws.rehearsal.api.server import serve
    from kube_aws.rehearsal.api.state import UnreadableError

    gc.freeze()
    gc.enable()
    folder, account, descriptor, *nodes = sys.argv[1:]
    # Machines' disks are read by their own users; the state folder around them is open to its owner alone.
    os.umask(0o022 if nodes else 0o077)
    state = Path(folder)
    try:
        lock = (state / "lock").open("a+")
        # Held to this process's very end: one that is just ending writes its world and its log first.
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        print(os.getpid(), file=lock, flush=True)
        listening = socket.socket(fileno=int(descriptor))
        serve(listening, account, state, lambda: say("ready"), nodes=bool(nodes))
    except UnreadableError:
        logging.exception("the former world cannot be read")
        what = "the last rehearsal's world was written by another version and cannot be read"
        say(json.dumps([what, "kube-aws rehearse start --fresh"]))
        sys.exit(1)
    except RehearsalError as error:
        say(json.dumps([error.what, error.next_step]))
        raise
    except OSError as error:
        say(json.dumps([f"{state}: {error.strerror}", "make room, or set XDG_STATE_HOME"]))
        raise
