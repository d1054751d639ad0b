"""Programs of Debian that images hold: iptables and its like, as an archive of unpacked packages."""

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
    command = ["mmdebstrap", "--quiet", "--variant=extract", f"--include={included}", SUITE, str(archive)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise RehearsalError("there is no mmdebstrap", "install it (Debian: mmdebstrap)") from error
    if done.returncode:
        said = "\n  ".join(done.stderr.strip().splitlines()[-5:])
        raise RehearsalError(
            f"cannot unpack {', '.join(packages)} of Debian {SUITE}:\n  {said}",
            "Debian's archive has to be reached, and its keys be here (Debian: debian-archive-keyring)",
        )
