"""The process that kube_aws.rehearsal.process starts: its arguments are state folder, account, and the number
of the file descriptor on which it listens. It says `ready` on stdout once it answers.
"""

import logging
import os
import socket
import sys
from pathlib import Path

from kube_aws.rehearsal.api.server import serve
from kube_aws.rehearsal.api.state import UnreadableError
from kube_aws.rehearsal.process import UNREADABLE


def ready() -> None:
    """Tell the starter, then leave its pipe: what is printed from now on goes to the log."""
    print("ready", flush=True)
    os.dup2(2, 1)


if __name__ == "__main__":
    state, account, descriptor = sys.argv[1:]
    try:
        serve(socket.socket(fileno=int(descriptor)), account, Path(state), ready)
    except UnreadableError:
        logging.exception("the former world cannot be read")
        sys.exit(UNREADABLE)
