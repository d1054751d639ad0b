"""Limits of the kernel that all machines of this computer share."""

from pathlib import Path

from kube_aws.rehearsal.process import RehearsalError

INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")
"""How many inotify instances a user may have. Source: inotify(7)."""

_MACHINES = 64
_OF_A_MACHINE = 32
"""systemd, containerd, kubelet, a controller's static pods: 20, and what pods take."""


_FORMER = Path("/run/kube-aws.inotify")
"""What the limit was before the first world of this host raised it."""


def raise_limits() -> None:
    """Let there be enough for many machines; the kernel's own 128 are used up by seven of them.

    Raises RehearsalError where this may not be changed.
    """
    needed = _MACHINES * _OF_A_MACHINE
    if int(INOTIFY.read_text()) >= needed:
        return
    try:
        _FORMER.write_text(INOTIFY.read_text())
        INOTIFY.write_text(str(needed))
    except OSError as error:
        raise RehearsalError(
            f"fs.inotify.max_user_instances is {INOTIFY.read_text().strip()}, too few for machines",
            f"sysctl -w fs.inotify.max_user_instances={needed}, on the host of this container",
        ) from error


def restore_limits() -> None:
    """Put back what was before, once the last world of this host is gone."""
    if _FORMER.exists():
        INOTIFY.write_text(_FORMER.read_text())
        _FORMER.unlink()
