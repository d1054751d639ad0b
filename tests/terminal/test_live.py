"""The live view, as a terminal of 80 columns gets it."""

import os
import pty
import re
import subprocess
import sys
import termios

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

STEPS = """
import time
from datetime import UTC, datetime, timedelta
from kube_aws.terminal.event import Note, Step, Steps
from kube_aws.terminal.show import show

START = datetime.now(UTC) - timedelta(seconds=75)

def step(number, stage, state="running", detail=""):
    return Step(str(number), "worker", f"10.0.0.{number}", stage, detail, state, START, START)

def events():
    failed = step(149, "1/4 downloads", "failed", "cannot " + "x" * 90)
    yield Steps((step(148, "Ready", "done"), failed), "Ctrl-C stops")
    time.sleep(0.3)
    yield Steps(tuple(step(number, "Ready", "done") for number in range(100)) + (step(200, "4/4 join"),))
    time.sleep(0.3)
    yield Note("AWS has trouble (" + "An internal error has occurred. " * 3 + "); looking on")
    yield Note("Ready in 4m06s")
    yield Note("  kubectl --kubeconfig=/" + "folder/" * 12 + "kubeconfig get nodes")

show(events())
"""


def drawn(script: str = SCRIPT, **environment: str) -> str:
    """What a terminal of 80 columns and 24 lines receives while the events are shown."""
    above, below = pty.openpty()
    termios.tcsetwinsize(below, (24, 80))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
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


@pytest.fixture(scope="module")
def steps() -> list[str]:
    """The lines of all pictures, without colours."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn(STEPS)).replace("\r", "\n").splitlines()


def test_steps_are_drawn_side_by_side_with_their_clocks_at_the_right_end(steps: list[str]):
    (ready, *_) = [line.rstrip() for line in steps if "10.0.0.148" in line]
    (failed, *_) = [line for line in steps if "10.0.0.149" in line]
    assert ready == "  worker  10.0.0.148  Ready"
    assert re.fullmatch(r"  worker  10\.0\.0\.149  1/4 downloads  cannot x+…  1m15s", failed)
    assert len(failed) == 79
    assert any("Ctrl-C stops" in line for line in steps)


def test_where_there_is_no_room_what_is_done_is_left_out(steps: list[str]):
    assert any("10.0.0.200  4/4 join" in line for line in steps)
    assert any(line.strip() == "and 100 more" for line in steps)
    assert any("Ready in 4m06s" in line for line in steps)


def test_notes_are_wrapped_at_words_and_a_command_can_be_copied(steps: list[str]):
    lines = [line.rstrip() for line in steps]
    wrapped = lines.index("AWS has trouble (An internal error has occurred. An internal error has occurred.")
    assert "  An internal error has occurred. ); looking on" in lines[wrapped:]
    assert f"  kubectl --kubeconfig=/{'folder/' * 12}kubeconfig get nodes" in lines


def test_prose_on_stdout_is_wrapped_at_words():
    told = drawn("from kube_aws.terminal.screen import result; result('downloading ' * 7, prose=True)")
    assert told.splitlines() == [" ".join(["downloading"] * 6), "downloading"]
