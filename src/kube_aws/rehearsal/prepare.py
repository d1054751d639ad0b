"""What machines are made of, before any of them starts."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from kube_aws.rehearsal.components import building, cache
from kube_aws.rehearsal.machines import image
from kube_aws.rehearsal.process import RehearsalError

NEEDS = {
    "apt-get": "apt",
    "conntrack": "conntrack",
    "haproxy": "haproxy",
    "ip": "iproute2",
    "losetup": "mount",
    "mkfs.ext4": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "nginx": "nginx-light",
    "nsenter": "util-linux",
    "ss": "iproute2",
    "systemd-nspawn": "systemd-container",
}
"""What machines and their network take of the host: programs, and Debian's packages that have them."""

PROGRAMS = ("containerd", "containerd-shim-runc-v2", "ignition")
"""What a machine's image has that is built, as Flatcar has it."""


def prepare(say: Callable[[str], None]) -> Path:
    """Have every component and the machines' image; the image's root folder. Both are kept, so a second call
    takes no time. `say` gets a line for each thing that is made.

    Raises RehearsalError where something cannot be made, or the host lacks what machines need.
    """
    if missing := [package for program, package in NEEDS.items() if not shutil.which(program)]:
        raise RehearsalError(f"nodes need {', '.join(missing)}", f"apt-get install {' '.join(missing)}")
    building.build(progress=say)
    began = time.monotonic()
    root = image.prepare(
        cache.home().parent / "machines", {name: building.program(name) for name in PROGRAMS}
    )
    took = time.monotonic() - began
    if took > 1:
        say(f"machines' image {took:.0f} s")
    return root
