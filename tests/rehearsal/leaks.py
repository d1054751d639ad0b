"""What a world has left on this host, by its names."""

import os
import subprocess
from pathlib import Path

from kube_aws.rehearsal import place


def _place(process):
    """The folder that a process works in."""
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


def leaks(state):
    """Mounts, loop devices, control groups, processes and namespaces of the world; nothing if it is gone."""
    name, state = f"ka-{place.world(state)}", str(state)
    left = [
        line for line in Path("/proc/self/mounts").read_text().splitlines() if state in line or name in line
    ]
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            left += [f"{file}: {file.read_text().strip()}"] if state in file.read_text() else []
        except OSError:
            continue
    for folder, names, _ in os.walk("/sys/fs/cgroup"):
        left += [f"{folder}/{each}" for each in names if each.startswith(name)]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cgroup").read_text() + (process / "environ").read_text(errors="replace")
        except OSError:
            continue
        if f"/{name}" in told or f"MACHINE={name}" in told or _place(process).startswith(f"{state}/"):
            left.append(f"{process}: {(process / 'comm').read_text().strip()}")
    left += [f"namespace {each.name}" for each in Path("/run/netns").glob(f"{name}*")]
    left += [str(each) for each in Path("/run/systemd/nspawn").glob(f"*/{name}*")]
    links = subprocess.run(["ip", "-oneline", "link"], check=True, text=True, capture_output=True).stdout
    return left + [line for line in links.splitlines() if name in line]
