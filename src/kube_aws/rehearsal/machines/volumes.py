"""EBS volumes: sparse files that machines get as loop devices.

The list of a machine's volumes is in its folder, `machine/volumes`; the machine makes its /dev follow it.
"""

from pathlib import Path

from kube_aws.rehearsal.cloud import Instance, Volume
from kube_aws.rehearsal.machines import cgroups, folders, loops, processes
from kube_aws.rehearsal.process import RehearsalError

_LOOP = 7


def attach(state: Path, instance: Instance, volume: Volume) -> None:
    """Attach a volume to an instance, once; a new volume is blank, one that has grown is larger at once.

    On Nitro it appears as an NVMe disk with a link by its id, else under the name asked for, as /dev/xvdf.
    Raises RehearsalError where its last machine still uses it.
    """
    machine = folders.machine(state, instance.id)
    attached = _read(machine)
    loop = _loop(state, volume)
    if volume.id not in attached:
        if instance.nitro:
            taken = {name for name, _ in attached.values()}
            name = next(name for name in (f"nvme{i}n1" for i in range(1, 64)) if name not in taken)
        else:
            name = f"xvd{volume.device.rpartition('/')[2].removeprefix('xvd').removeprefix('sd')}"
        attached[volume.id] = name, loop
        _write(machine, attached)
    cgroups.allow(state, instance.id, loop)
    _show(state, instance.id)


def detach(state: Path, instance: str, volume: str) -> bool:
    """Detach a volume; False while the machine still has it mounted: it is free after that, ask again."""
    machine = folders.machine(state, instance)
    attached = _read(machine)
    if volume in attached:
        _, loop = attached.pop(volume)
        _write(machine, attached)
        _show(state, instance)
        cgroups.deny(state, instance, loop)
    return loops.detach(folders.volume(state, volume))


def restore(state: Path, instance: Instance) -> None:
    """Attach the instance's volumes, and no other, to a machine that does not run yet."""
    _write(folders.machine(state, instance.id), {})
    for volume in instance.volumes:
        attach(state, instance, volume)


def attached(state: Path, instance: str) -> dict[str, int]:
    """The volumes that an instance has, by id, and their GiB."""
    there = _read(folders.machine(state, instance))
    return {volume: folders.volume(state, volume).stat().st_size // 1024**3 for volume in there}


def known(state: Path) -> set[str]:
    """The volumes that were ever attached and are not deleted."""
    return {file.name for file in (state / "volumes").glob("*")}


def delete(state: Path, volume: str) -> None:
    """Delete a volume that is attached to nothing.

    Raises RehearsalError where a machine still has it mounted.
    """
    file = folders.volume(state, volume)
    if not loops.detach(file):
        raise RehearsalError(f"volume {volume} is still in use", "stop the instance that it was attached to")
    file.unlink(missing_ok=True)


def _loop(state: Path, volume: Volume) -> int:
    file = folders.volume(state, volume.id)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as blank:
        blank.truncate(max(blank.tell(), volume.size_gib * 1024**3))
    return loops.attach(file)


def _show(state: Path, instance: str) -> None:
    """Have a running machine look at its list; one that starts does so by itself."""
    processes.run_inside(state, instance, "/usr/libexec/machine/volumes")


def _read(machine: Path) -> dict[str, tuple[str, int]]:
    """By volume the device's name inside and the number of its loop device."""
    try:
        lines = (machine / "machine/volumes").read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {volume: (name, int(minor)) for volume, name, _, minor in map(str.split, lines)}


def _write(machine: Path, attached: dict[str, tuple[str, int]]) -> None:
    lines = [f"{volume} {name} {_LOOP} {minor}\n" for volume, (name, minor) in attached.items()]
    new = machine / "machine/volumes.new"
    new.write_text("".join(lines))
    new.rename(machine / "machine/volumes")
