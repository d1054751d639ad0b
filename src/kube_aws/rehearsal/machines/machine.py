"""A machine: systemd-nspawn on a disk of its own, bounded by control groups.

All is known by names: the world's and the instance's ids name the control groups, the instance's folder holds
the disk, the console and how it ended. So another process can go on where this one was killed. Its mounts are
in a mount namespace that ends with its last process (`run`).
"""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from kube_aws.rehearsal import place
from kube_aws.rehearsal.cloud import Instance
from kube_aws.rehearsal.machines import cgroups, folders, loops, processes, size, volumes

_RUN = Path(__file__).parent / "run"

Condition = Literal["running", "off", "dead"]
"""`off`: it was powered off, from inside or in order; `dead`: any other end."""


def start(state: Path, layers: Sequence[Path], instance: Instance, namespace: str, resolver: str) -> None:
    """Start an instance's machine, if it does not run; return before it has booted.

    The last of `layers` is the image's root, those before it lie over it. The network `namespace` has the
    instance's interface as eth0. `resolver` is the address of the VPC's.
    Raises RehearsalError where its disk or a volume is still in use elsewhere.
    """
    if processes.pids(state, instance.id):
        return
    cgroups.remove(state, instance.id)
    folder = folders.machine(state, instance.id)
    for name in ("root", "mounted", "layer/usr", "layer/etc/systemd/resolved.conf.d", "machine"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "ended").unlink(missing_ok=True)
    (folder / "boots").write_text(str(instance.boots))
    hostname, _, domain = instance.name.partition(".")
    settings = f"[Resolve]\nDNS={resolver}\nDomains={domain}\n"
    (folder / "layer/etc/systemd/resolved.conf.d/network.conf").write_text(settings)
    (folder / "machine/resolv.conf").write_text(f"nameserver {resolver}\n")
    size.write(folder / "machine", instance.vcpus, instance.memory_mib)
    loops.wait_until_free(folder / "disk")
    _disk(folder / "disk", instance.root_gib)
    boot_groups, machine_groups = cgroups.create(state, instance.id, instance.vcpus, instance.memory_mib)
    volumes.restore(state, instance)
    environment = {
        "FOLDER": str(folder),
        "LAYERS": ":".join(map(str, [folder / "layer", *layers])),
        "NAMESPACE": namespace,
        "MACHINE": f"ka-{place.world(state)}-{instance.id}",
        "MACHINE_ID": uuid.uuid5(uuid.NAMESPACE_OID, instance.id).hex,
        "HOSTNAME": hostname,
        "BOOT_GROUPS": ":".join(map(str, boot_groups)),
        "MACHINE_GROUPS": ":".join(map(str, machine_groups)),
    }
    _spawn(environment, folder / "console")


def _spawn(environment: dict[str, str], console: Path) -> None:
    """Start `run` as nobody's child, and wait until it can be found by its control group."""
    # Its mounts stay its own; a network namespace that is made anew is seen at the next reboot.
    own_mounts = ["unshare", "--mount", "--propagation=slave"]
    read, write = os.pipe()
    with os.fdopen(read) as ready, console.open("a") as output:
        try:
            subprocess.run(
                ["setsid", "--fork", *own_mounts, "bash", _RUN],
                check=True,
                env={"PATH": os.environ["PATH"], **environment, "READY": str(write)},
                pass_fds=[write],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        finally:
            os.close(write)
        ready.read()


def _disk(file: Path, gib: float) -> None:
    """An ext4 root disk of which only what is written takes space on the host."""
    if file.exists():
        return
    blank = file.with_name("disk.new")
    with blank.open("wb") as disk:
        disk.truncate(int(gib * 1024**3))
    subprocess.run(
        ["mkfs.ext4", "-q", "-F", "-m0", "-Enodiscard,lazy_itable_init,lazy_journal_init", blank], check=True
    )
    blank.rename(file)


def known(state: Path) -> list[str]:
    """The instances that were started and not removed."""
    return sorted(folder.name for folder in (state / "machines").glob("*"))


def condition(state: Path, instance: str) -> Condition:
    """Whether a machine that was started runs, or how it ended. One whose Ignition failed goes on to run."""
    if processes.pids(state, instance):
        return "running"
    ended = folders.machine(state, instance) / "ended"
    return "off" if ended.exists() and ended.read_text() == "0\n" else "dead"


def boots(state: Path, instance: str) -> int:
    """The instance's `boots` as of its machine's last start or reboot; -1 before the first, or where a
    killed process left half a note."""
    try:
        return int((folders.machine(state, instance) / "boots").read_text())
    except (FileNotFoundError, ValueError):
        return -1


def posted(state: Path, instance: str) -> int:
    """How many bytes its console had when its machine was rebooted last; 0 before."""
    note = folders.machine(state, instance) / "posted"
    return int(note.read_text()) if note.exists() else 0


def reboot(state: Path, instance: Instance) -> None:
    """Reboot in order; its disk and its volumes stay. One that has not booted yet is left alone."""
    done = processes.run_inside(state, instance.id, "systemctl", "reboot")
    if done is None or done.returncode:
        return  # it is asked again
    folder = folders.machine(state, instance.id)
    (folder / "posted").write_text(str((folder / "console").stat().st_size))
    (folder / "boots").write_text(str(instance.boots))


def stop(state: Path, instance: str, grace: float) -> None:
    """Power off in order; after `grace` seconds by force. Nothing of it runs afterwards.

    Raises RehearsalError where a process does not end.
    """
    # Through logind, as a power button: kubelet gets the time it asks for.
    if processes.run_inside(state, instance, "systemctl", "poweroff"):
        deadline = time.monotonic() + grace
        while processes.pids(state, instance) and time.monotonic() < deadline:
            time.sleep(0.05)
    processes.kill(state, instance)


def kill(state: Path, instance: str) -> None:
    """End it as a power cut does: nothing of it runs afterwards; the disk stays.

    Raises RehearsalError where a process does not end.
    """
    processes.kill(state, instance)


def remove(state: Path, instance: str) -> None:
    """End it and forget it, with its disk; its volumes are free once the kernel has unmounted them.

    Raises RehearsalError where a process does not end.
    """
    processes.kill(state, instance)
    for volume in volumes.attached(state, instance):
        volumes.detach(state, instance, volume)
    cgroups.remove(state, instance)
    if folders.machine(state, instance).exists():
        shutil.rmtree(folders.machine(state, instance))


def remove_all(state: Path) -> None:
    """End every machine of a world and detach every volume.

    The files stay. Raises RehearsalError where a process does not end.
    """
    processes.kill(state)
    cgroups.remove(state)
    loops.detach_all(state)
