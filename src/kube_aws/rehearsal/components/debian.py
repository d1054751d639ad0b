"""Programs of Debian that images hold: iptables and its like, as an archive of unpacked packages."""

import os
import subprocess
from pathlib import Path

from kube_aws.rehearsal.components.cache import key
from kube_aws.rehearsal.process import RehearsalError

SUITE = "trixie"
"""The Debian that the official images of kube-proxy are made from, too."""


def debian_key(packages: tuple[str, ...]) -> str:
    """The key of an archive of these packages. Point releases of Debian do not change it."""
    return key(SUITE, packages)


def unpack(packages: tuple[str, ...], archive: Path) -> None:
    """Write a tar archive of the packages and all that they depend on, unpacked and not set up.

    Raises RehearsalError where they cannot be had.
    """
    # base-files has the links that make /lib of /usr/lib.
    included = ",".join(("base-files", *packages))
    command = ["setpriv", "--pdeathsig", "KILL", "mmdebstrap", "--quiet", "--variant=extract"]
    done = subprocess.run(
        [*command, f"--include={included}", SUITE, str(archive)],
        check=False,
        env=os.environ | {"TMPDIR": str(archive.parent)},  # what a killed run leaves lies where it is cleaned
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode == 127:
        raise RehearsalError("there is no mmdebstrap", "install it (Debian: mmdebstrap)")
    if done.returncode:
        said = "\n  ".join(done.stderr.strip().splitlines()[-5:])
        raise RehearsalError(
            f"cannot unpack {', '.join(packages)} of Debian {SUITE}:\n  {said}",
            "Debian's archive has to be reached, and its keys be here (Debian: debian-archive-keyring)",
        )
