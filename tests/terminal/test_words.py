"""Durations and columns."""

from datetime import timedelta

import pytest

from kube_aws.terminal.duration import ago, brief
from kube_aws.terminal.table import aligned


@pytest.mark.parametrize(
    ("seconds", "told"), [(-1, "0s"), (9.9, "9s"), (60, "1m00s"), (108, "1m48s"), (7500, "2h05m")]
)
def test_brief(seconds: float, told: str):
    assert brief(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_ago(seconds: float, told: str):
    assert ago(timedelta(seconds=seconds)) == told


def test_columns_are_as_wide_as_their_widest_cell():
    assert aligned([("NODE", "ZONE"), ("controller-0", "eu-west-1a")]) == [
        "NODE          ZONE",
        "controller-0  eu-west-1a",
    ]
    assert aligned([]) == []
