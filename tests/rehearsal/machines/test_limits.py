"""What machines share is enough for many."""

import os

import pytest

from kube_aws.rehearsal.machines import limits


@pytest.mark.skipif(os.geteuid() != 0, reason="the kernel's settings need root")
def test_the_kernels_own_number_is_raised_and_more_is_left_alone() -> None:
    limits.INOTIFY.write_text("1000")
    limits.raise_limits()
    raised = int(limits.INOTIFY.read_text())
    assert raised >= 2000
    limits.INOTIFY.write_text(str(raised + 1))
    limits.raise_limits()
    assert int(limits.INOTIFY.read_text()) == raised + 1
