"""The network of a world made true in the kernel, and taken away again."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kube_aws.rehearsal.cloud import Cloud
from kube_aws.rehearsal.network import names
from kube_aws.rehearsal.network.connections import forget_former
from kube_aws.rehearsal.network.difference import difference
from kube_aws.rehearsal.network.iproute import batch, entering, find, run
from kube_aws.rehearsal.network.place import public_addresses
from kube_aws.rehearsal.network.plan import Space, plan
from kube_aws.rehearsal.network.ruleset import ruleset
from kube_aws.rehearsal.network.sockets import inside
from kube_aws.rehearsal.process import RehearsalError

INTERNET_FILES = Path(__file__).parent / "etc"
"""Laid over /etc for what runs in the internet's namespace."""


class Network:
    """The network of one world, and what was applied of it last, so that nothing is done twice."""

    def __init__(self, world: str) -> None:
        self.world = world
        self.inodes: dict[str, int | None] = {}
        self.spaces: tuple[Space, ...] = ()
        self.rules: dict[str, str] = {}

    def apply(self, cloud: Cloud) -> None:
        """Make the world's network what the cloud says; what is so already is not touched.

        Raises RehearsalError where the kernel refuses; it can then be called again.
        """
        spaces = plan(self.world, cloud)
        routers = {names.namespace(self.world, vpc.id): vpc for vpc in cloud.vpcs}
        rules = {router: ruleset(cloud, vpc) for router, vpc in routers.items()}
        before = (self.inodes, self.spaces, self.rules)
        if before == (_inodes(spaces), spaces, rules):
            return
        self.inodes, self.spaces, self.rules = {}, (), {}  # until all is done
        _make_and_delete({space.name for space in spaces}, existing(self.world))
        inodes = _inodes(spaces)
        new = {name for name, inode in inodes.items() if before[0].get(name) != inode}
        for space in spaces:
            if space.name in new:
                _set(space)
        if names.internet(self.world) in new:
            _lay_files(names.internet(self.world))
        # Rules come before links: no machine is ever connected without them.
        changed = [router for router in routers if router in new or before[2].get(router) != rules[router]]
        run(entering(router, "nft", "-f", "-", given=rules[router]) for router in changed)
        if new or before[1] != spaces:
            for name, lines in difference(spaces, find([space.name for space in spaces])):
                if lines:
                    run([batch(name, lines)])
        for router in changed:
            forget_former(router, public_addresses(cloud, routers[router]))
        self.inodes, self.spaces, self.rules = inodes, spaces, rules


def remove(world: str) -> None:
    """Take away all that a world has in the kernel's network, by its name alone; its machines are gone.

    Raises RehearsalError where the kernel refuses.
    """
    _delete(existing(world))
    shutil.rmtree(names.CONFIGURATION / names.internet(world), ignore_errors=True)
    with suppress(OSError):
        names.CONFIGURATION.rmdir()  # somebody else's files keep it


def existing(world: str) -> set[str]:
    """The names of all namespaces that a world has; what a killed run half made of one is cleared away."""
    namespaces = set()
    for path in names.RUN.glob(names.namespace(world, "*")):
        if path.stat().st_dev == Path("/proc/self/ns/net").stat().st_dev:
            namespaces.add(path.name)
        else:
            path.unlink()  # the file on which a namespace was to be mounted
    return namespaces


def _inodes(spaces: Iterable[Space]) -> dict[str, int | None]:
    return {space.name: names.inode(space.name) for space in spaces}


def _make_and_delete(wanted: set[str], there: set[str]) -> None:
    _delete(there - wanted)
    lines = [f"netns add {name}\n" for name in sorted(wanted - there)]
    if lines:
        run([(["ip", "-batch", "-"], "".join(lines))])


def _delete(namespaces: set[str]) -> None:
    """Cables go first: a socket that is still open keeps a namespace alive without its name."""
    for name in sorted(namespaces):
        links = find([name])[name].links
        cables = [link for link, about in links.items() if about.kind == "veth" and about.other is not None]
        run([batch(name, [f"link del {cable}" for cable in cables])])
        run([(["ip", "netns", "del", name], "")])


def _set(space: Space) -> None:
    """Write what /proc/sys shows to a thread in the namespace."""

    def write() -> None:
        for name, value in space.sysctls:
            path = Path("/proc/sys", name)
            if path.exists():
                path.write_text(value)
            elif "bridge" in name:
                raise RehearsalError(
                    "this kernel does not show bridged packets to security groups", "modprobe br_netfilter"
                )

    inside(space.name, write)


def _lay_files(namespace: str) -> None:
    """What `ip netns exec` lays over /etc: resolver and order of look-ups."""
    folder = names.CONFIGURATION / namespace
    folder.mkdir(parents=True, exist_ok=True)
    for file in INTERNET_FILES.iterdir():
        shutil.copyfile(file, folder / file.name)
