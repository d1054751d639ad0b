"""Control groups of machines: what bounds each.

A machine has the group `ka-<world>/<machine>` in every hierarchy, and in it two: `boot` for what starts it
(mounts, Ignition, nspawn's restarts), `machine` for nspawn and all that runs inside. The hierarchies may be
those of version 1 or the one of version 2.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kube_aws.rehearsal import place
from kube_aws.rehearsal.process import RehearsalError

_LOOP = 7
_LOOPS = 256
_PERIOD = 100_000
_SHARES = 1024


def create(state: Path, machine: str, vcpus: int, memory_mib: int) -> tuple[list[Path], list[Path]]:
    """Make a machine's groups with its type's limits; the `boot` groups and the `machine` groups."""
    groups = []
    for controllers, base in _hierarchies().items():
        group = next(_found(base, state), base / _name(state)) / machine
        for made in (group.parent, group, group / "boot", group / "machine"):
            made.mkdir(exist_ok=True)
            if "cpuset" in controllers:
                for file in ("cpuset.cpus", "cpuset.mems"):  # in this order, or nothing can enter
                    (made / file).write_text((made.parent / file).read_text())
        if "v2" in controllers:
            for parent in (base, group.parent, group):
                _pass_on(parent)
        _limit(group, controllers, vcpus, memory_mib)
        groups.append(group)
    return [group / "boot" for group in groups], [group / "machine" for group in groups]


def _pass_on(group: Path) -> None:
    """Give every controller to the groups below (version 2)."""
    controllers = (group / "cgroup.controllers").read_text().split()
    (group / "cgroup.subtree_control").write_text(" ".join(f"+{controller}" for controller in controllers))


def _limit(group: Path, controllers: frozenset[str], vcpus: int, memory_mib: int) -> None:
    if "v2" in controllers:
        (group / "memory.max").write_text(str(memory_mib * 1024**2))
        (group / "cpu.max").write_text(f"{vcpus * _PERIOD} {_PERIOD}")
    if "memory" in controllers:
        (group / "memory.limit_in_bytes").write_text(str(memory_mib * 1024**2))
    if "cpu" in controllers:
        # No quota: version 1 then refuses one to containers whose limit is above their machine's.
        (group / "cpu.shares").write_text(str(vcpus * _SHARES))
    if "devices" in controllers:
        # Making nodes stays allowed: containers' own rules ask for it.
        for major, minor in [*_disks(), *((_LOOP, str(minor)) for minor in range(_LOOPS))]:
            (group / "machine/devices.deny").write_text(f"b {major}:{minor} rw")


def _disks() -> set[tuple[int, str]]:
    """The host's block devices that are no loops, a whole driver each."""
    majors = {int(file.read_text().split(":")[0]) for file in Path("/sys/block").glob("*/dev")}
    return {(major, "*") for major in majors - {_LOOP}}


def allow(state: Path, machine: str, loop: int) -> None:
    """Let the machine use this loop device, and those of its groups that may use all of its devices."""
    for group in _devices(state, machine):
        with suppress(FileNotFoundError):  # a container that ends meanwhile
            if "a *:* rwm" in (group / "devices.list").read_text().splitlines():
                (group / "devices.allow").write_text(f"b {_LOOP}:{loop} rw")


def deny(state: Path, machine: str, loop: int) -> None:
    """Take the loop device from the machine."""
    for group in _devices(state, machine):
        with suppress(FileNotFoundError):
            (group / "devices.deny").write_text(f"b {_LOOP}:{loop} rw")


def _devices(state: Path, machine: str) -> Iterator[Path]:
    """Groups that bound devices, parents first. Version 2 has none."""
    for controllers, base in _hierarchies().items():
        if "devices" in controllers:
            for path, _, _ in os.walk(base / _name(state) / machine / "machine"):
                yield Path(path)


def remove(state: Path, machine: str | None = None) -> None:
    """Remove the groups, which must be empty; without `machine` the world's."""
    for base in _hierarchies().values():
        for group in _found(base, state):
            for path, _, _ in os.walk(group / (machine or ""), topdown=False):
                _rmdir(Path(path))


def _rmdir(group: Path) -> None:
    """The kernel may still be clearing away a process that has ended."""
    for _ in range(200):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            time.sleep(0.01)
        else:
            return
    raise RehearsalError(f"{group} is still in use", f"cat {group}/cgroup.procs")


def folder(state: Path, machine: str | None = None) -> Path:
    """A group that holds every process of the machine, or of the world, in itself and below."""
    base = next(base for controllers, base in _hierarchies().items() if "memory" not in controllers)
    return base / _name(state) / (machine or "")


def _name(state: Path) -> str:
    return f"ka-{place.world(state)}"


def _hierarchies() -> dict[frozenset[str], Path]:
    """By controllers, where worlds' groups are made.

    At the top, but for memory of version 1: there under our own group, whose limit goes on holding.
    """
    own = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own[frozenset(controllers.split(","))] = path
    bases = {}
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, mount, kind, options, *_ = line.split()
        if kind == "cgroup":
            names = next(names for names in own if names <= set(options.split(",")))
            bases[names] = Path(mount + own[names] if "memory" in names else mount)
        elif kind == "cgroup2":
            bases[frozenset(["v2"] if mount == "/sys/fs/cgroup" else ["unified"])] = Path(mount)
    return bases


def _found(base: Path, state: Path) -> Iterator[Path]:
    """The world's groups in the hierarchy of `base`: we may have been elsewhere when they were made."""
    top = base
    while not os.path.ismount(top):
        top = top.parent
    for path, names, _ in os.walk(top):
        if _name(state) in names:
            yield Path(path) / _name(state)
