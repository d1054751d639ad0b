"""Waiting for a condition."""

import time


def wait(condition, what=lambda: "it does not come", seconds=60):
    """Wait until the condition is true and give its value; fail with `what()` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)
    return value
