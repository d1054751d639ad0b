"""What machines are made of, before any of them starts."""

import time
from collections.abc import Callable
from pathlib import Path

from kube_aws.rehearsal.components import building, cache
from kube_aws.rehearsal.machines import image

PROGRAMS = ("containerd", "containerd-shim-runc-v2", "ignition")
"""What a machine's image has that is built, as Flatcar has it."""


def prepare(say: Callable[[str], None]) -> Path:
    """Have every component and the machines' image; the image's root folder. Both are kept, so a second call
    takes no time. `say` gets a line for each thing that is made.

    Raises RehearsalError where something cannot be made.
    """
    building.build(progress=say)
    began = time.monotonic()
    root = image.prepare(
        cache.home().parent / "machines", {name: building.program(name) for name in PROGRAMS}
    )
    took = time.monotonic() - began
    if took > 1:
        say(f"machines' image {took:.0f} s")
    return root
