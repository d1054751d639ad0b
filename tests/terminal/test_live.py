"""The live view, as a terminal of 80 columns gets it."""

import os
import pty
import subprocess
import sys

import pytest

SCRIPT = """
from datetime import UTC, datetime
from kube_aws.terminal.event import Begin, Change, Note, Result
from kube_aws.terminal.show import show

def change(name, state, verb):
    return Change(name, "AWS::AutoScaling::AutoScalingGroup", state, verb, "i-" + "0" * 90, datetime.now(UTC))

def events():
    yield Result("Creating AWS resources.")
    yield Begin(12)
    for number in range(12):
        yield change(f"Resource{number}", "running", "creating")
    yield Note("AWS throttles; looking less often")
    yield change("Resource0", "done", "created")
    yield change("Resource1", "failed", "failed")
    yield Result("Success!")

show(events())
"""


def drawn(**environment: str) -> str:
    """What a terminal receives while the events are shown."""
    above, below = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=below,
        stdout=below,
        stderr=below,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environment},
    )
    os.close(below)
    received = b""
    # A terminal without writers ends in an error on Linux.
    while True:
        try:
            piece = os.read(above, 65536)
        except OSError:
            break
        if not piece:
            break
        received += piece
    assert process.wait() == 0
    os.close(above)
    return received.decode()


@pytest.fixture(scope="module")
def picture() -> str:
    return drawn()


def test_what_is_at_work_is_drawn_and_what_failed_stays(picture: str):
    assert "/12" in picture
    assert "Resource2" in picture
    assert "and " in picture
    assert "AWS throttles; looking less often" in picture
    assert picture.index("failed") < picture.index("1 of 12")


def test_results_are_printed_once_while_it_draws(picture: str):
    assert picture.count("Creating AWS resources.") == picture.count("Success!") == 1


def test_no_color_draws_without_colours():
    assert "\x1b[36m" not in drawn(NO_COLOR="1")


def test_a_dumb_terminal_gets_lines():
    lines = drawn(TERM="dumb")
    assert "\x1b" not in lines
    assert "created   Resource0" in lines
