"""The process that `kube_aws.rehearsal.process.start` starts: its arguments are state folder, account, port.

It says `ready` on stdout once it answers.
"""

import errno
import logging
import os
import sys
from pathlib import Path

from kube_aws.rehearsal.api.server import serve
from kube_aws.rehearsal.api.state import UnreadableError
from kube_aws.rehearsal.process import PORT_TAKEN, UNREADABLE


def ready() -> None:
    """Tell the starter, then leave its pipe: what is printed from now on goes to the log."""
    print("ready", flush=True)
    os.dup2(2, 1)


if __name__ == "__main__":
    state, account, port = sys.argv[1:]
    try:
        serve(int(port), account, Path(state), ready)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.exit(PORT_TAKEN)
    except UnreadableError:
        logging.exception("the former world cannot be read")
        sys.exit(UNREADABLE)
