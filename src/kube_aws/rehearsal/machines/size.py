"""What a kernel tells about its size: files that stand in for the host's, so that kubelet sees the type's."""

import shutil
from pathlib import Path


def write(folder: Path, vcpus: int, memory_mib: int) -> None:
    """Write meminfo, cpuinfo and node/, for /proc/meminfo, /proc/cpuinfo and /sys/devices/system/node."""
    (folder / "meminfo").write_text(_meminfo(memory_mib))
    (folder / "cpuinfo").write_text("\n".join(_cpu(number, vcpus) for number in range(vcpus)))
    if (folder / "node").exists():
        shutil.rmtree(folder / "node")
    for name, content in _nodes(vcpus, memory_mib).items():
        file = folder / "node" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content + "\n")


def _meminfo(memory_mib: int) -> str:
    """As of a machine that has just booted: the kernel keeps a thirtieth."""
    total = memory_mib * 1024 * 29 // 30
    values = {
        "MemTotal": total,
        "MemFree": total * 8 // 10,
        "MemAvailable": total * 9 // 10,
        "Buffers": 0,
        "Cached": total // 10,
        "SwapCached": 0,
        "SwapTotal": 0,
        "SwapFree": 0,
    }
    pages = {"HugePages_Total": 0, "HugePages_Free": 0, "HugePages_Rsvd": 0, "HugePages_Surp": 0}
    lines = [f"{name + ':':<16}{value:>8} kB" for name, value in values.items()]
    lines += [f"{name + ':':<16}{value:>8}" for name, value in pages.items()]
    return "\n".join([*lines, f"{'Hugepagesize:':<16}{2048:>8} kB", ""])


def _cpu(number: int, vcpus: int) -> str:
    """The host's first processor, as one of so many of a single socket."""
    told = {"processor": number, "physical id": 0, "siblings": vcpus, "core id": number, "cpu cores": vcpus}
    lines = []
    for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines():
        name = line.partition(":")[0].rstrip()
        lines.append(f"{line.partition(':')[0]}: {told[name]}" if name in told else line)
    return "\n".join([*lines, ""])


def _nodes(vcpus: int, memory_mib: int) -> dict[str, str]:
    """One NUMA node with every processor."""
    cpus = f"0-{vcpus - 1}" if vcpus > 1 else "0"
    total = memory_mib * 1024 * 29 // 30
    files = {
        "online": "0",
        "possible": "0",
        "has_cpu": "0",
        "has_memory": "0",
        "node0/cpulist": cpus,
        "node0/cpumap": f"{(1 << vcpus) - 1:x}",
        "node0/distance": "10",
        "node0/meminfo": f"Node 0 MemTotal: {total} kB\nNode 0 MemFree: {total * 8 // 10} kB",
        "node0/hugepages/hugepages-2048kB/nr_hugepages": "0",
    }
    for number in range(vcpus):
        topology = f"node0/cpu{number}/topology"
        files |= {f"{topology}/core_id": str(number), f"{topology}/physical_package_id": "0"}
    return files
