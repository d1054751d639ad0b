"""The machines behind the instances, kept as the embedded AWS says, for as long as it runs."""

import logging
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kube_aws.rehearsal import place
from kube_aws.rehearsal.api import health, identity, target_states
from kube_aws.rehearsal.balancers import haproxy
from kube_aws.rehearsal.breaks import Break
from kube_aws.rehearsal.cloud import Balancer, Cloud, Instance
from kube_aws.rehearsal.components import building
from kube_aws.rehearsal.machines import limits, machine, volumes
from kube_aws.rehearsal.mirror import authority, content, sites
from kube_aws.rehearsal.network import names, namespaces
from kube_aws.rehearsal.network.place import resolver_address
from kube_aws.rehearsal.network.services import Services
from kube_aws.rehearsal.prepare import prepare
from kube_aws.rehearsal.remove import remove
from kube_aws.rehearsal.steps import (
    After,
    Attach,
    Before,
    Detach,
    Ended,
    Machine,
    Reboot,
    Remove,
    Start,
    Stop,
    after_network,
    before_network,
)

if TYPE_CHECKING:
    from kube_aws.rehearsal.api.application import Application

log = logging.getLogger(__name__)

_Step = TypeVar("_Step")

_LOOK_SECONDS = 1.0
"""How often machines are looked at that nobody asked to change."""

_GRACE_SECONDS = 30.0
"""How long a stopped instance may take to shut down."""

_CREDENTIALS_HOURS = 6
"""Source: EC2 User Guide, "Retrieve security credentials from instance metadata"."""

_BUNDLE = Path("etc/ssl/certs/ca-certificates.crt")
"""The certificates that programs trust, on Debian as on Flatcar."""


class Nodes:
    """One world's machines and network: `start`, then `wake` at each change, at the end `stop`."""

    def __init__(self, state: Path, port: int, application: "Application") -> None:
        self._state = state
        self._world = place.world(state)
        self._port = port
        self._application = application
        self._layers: list[Path] = []
        self._network = namespaces.Network(self._world)
        self._services: Services | None = None
        self._cloud = Cloud()
        self._begun: set[str] = set()
        self._lent: dict[str, tuple[datetime, dict[str, str]]] = {}
        self._changed = threading.Event()
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="nodes")

    def start(self) -> None:
        """Make the world's internet, and begin to keep its machines. Raises RehearsalError where that
        fails."""
        remove(self._state)  # what a killed process left: its machines had a power cut
        limits.raise_limits()
        image = prepare(log.warning)
        authority.make(self._state)
        content.lay_out(self._state, building.trees())
        self._layers = [_trust(self._state, image), image]
        _give_programs(self._state)
        self._services = Services(
            self._world, [*content.hosts(self._state), "amazonaws.com"], self._credentials
        )
        self._network.apply(self._cloud)
        self._services.follow(self._cloud)
        sites.start(self._world, self._state, building.lock_entries(), self._port)
        self._keeper.start()

    def serve(self, former: Break, broken: Break) -> None:
        """Have the download sites serve what is broken; `former` was before. Images are broken as nodes ask
        for them, by digest; a lock that asks by tag gets its answer."""
        for name in (*former.spoiled, *former.withheld):
            content.restore(self._state, _pinned(name))
        for name in broken.spoiled:
            content.spoil(self._state, _pinned(name))
        for name in broken.withheld:
            content.withhold(self._state, _pinned(name))
        self.wake()

    def wake(self) -> None:
        """Look soon: something has changed."""
        self._changed.set()

    def stop(self) -> None:
        """End machines as a power cut does, and all that the world has in the kernel; disks are kept."""
        self._ending.set()
        self._changed.set()
        self._keeper.join()
        if self._services:
            self._services.close()
        remove(self._state)

    def console(self, instance_id: str) -> bytes:
        """What an instance's machine wrote to its serial console."""
        path = place.console(self._state, instance_id)
        return path.read_bytes() if path.exists() else b""

    def posted(self, instance_id: str) -> bytes:
        """The same as it was at the last reboot; nothing before."""
        return self.console(instance_id)[: machine.posted(self._state, instance_id)]

    def machines(self) -> list[dict[str, Any]]:
        """How each instance's machine is, for people."""
        known = machine.known(self._state)
        return [
            {
                "node": _node(instance),
                "instance": instance.id,
                "type": instance.type,
                "name": instance.name,
                "address": instance.interface.addresses[0],
                "public_address": ", ".join(instance.interface.public.values()),
                "state": (
                    machine.condition(self._state, instance.id)
                    if instance.state == "running" and instance.id in known
                    else instance.state
                ),
            }
            for instance in self._cloud.instances
        ]

    def _keep(self) -> None:
        while not self._ending.is_set():
            self._changed.clear()
            try:
                self._reconcile()
            except Exception:
                log.exception("machines are not as the instances are; it is tried again")
            self._changed.wait(_LOOK_SECONDS)

    def _reconcile(self) -> None:
        """One look: end what has to end, lead addresses where they belong, begin what has to begin."""
        cloud = self._application.observe()
        # A load balancer sends nothing more to what ends now. EC2 gives machines tens of seconds for that.
        there = {balancer.arn for balancer in self._cloud.balancers}
        for balancer in cloud.balancers:
            if balancer.arn in there and balancer not in self._cloud.balancers:
                self._tried(self._balance, balancer)
        for ending in before_network(cloud, self._found(), self._begun):
            self._tried(self._end, ending)
        haproxy.end(self._state, cloud)
        for gone in volumes.known(self._state) - cloud.volumes:
            self._tried(partial(volumes.delete, self._state), gone)
        with self._application.backends:
            touched = health.heal()
        for account in touched:
            self._application.changed(account)
        self._cloud = cloud = self._application.observe()
        self._network.apply(cloud)
        if self._services:
            self._services.follow(cloud)
        for balancer in cloud.balancers:
            self._tried(self._balance, balancer)
        beginnings = after_network(cloud, self._found())
        with ThreadPoolExecutor(max_workers=max(1, len(beginnings))) as pool:
            for steps in beginnings:
                pool.submit(self._tried, self._begin, steps)
        self._begun = {instance.id for instance in cloud.instances if instance.state == "running"}

    def _tried(self, act: Callable[[_Step], None], step: _Step) -> None:
        """Act; one machine's trouble leaves the others alone, and is met again at the next look."""
        try:
            act(step)
        except Exception:
            log.exception("%s failed; it is tried again", step)

    def _balance(self, balancer: Balancer) -> None:
        """Have a load balancer carry traffic, and the API tell how it finds its targets."""
        haproxy.keep(self._state, self._world, balancer)
        found = haproxy.states(self._state, balancer)
        with self._application.backends:
            new = target_states.note(balancer, found)
        if new:
            self._application.changed(balancer.account)

    def _found(self) -> dict[str, Machine]:
        return {
            known: Machine(
                machine.condition(self._state, known),
                machine.boots(self._state, known),
                volumes.attached(self._state, known),
            )
            for known in machine.known(self._state)
        }

    def _end(self, step: Before) -> None:
        match step:
            case Ended(instance, powered_off):
                if not powered_off:
                    last = self.console(instance.id).decode(errors="replace").strip().rpartition("\n")[2]
                    log.warning("%s ended; its console's last words: %s", instance.id, last or "none")
                with self._application.backends:
                    health.ended(instance, powered_off)
                self._application.changed(instance.account)
            case Remove(known):
                machine.remove(self._state, known)
            case Stop(instance):
                machine.stop(self._state, instance.id, _GRACE_SECONDS)
            case Detach(known, volume):
                volumes.detach(self._state, known, volume)

    def _begin(self, steps: list[After]) -> None:
        for step in steps:
            match step:
                case Start(instance):
                    vpc = next(vpc for vpc in self._cloud.vpcs if vpc.id == instance.interface.vpc)
                    namespace = names.namespace(self._world, instance.id)
                    machine.start(self._state, self._layers, instance, namespace, resolver_address(vpc))
                case Reboot(instance):
                    machine.reboot(self._state, instance)
                case Attach(instance, volume):
                    volumes.attach(self._state, instance, volume)

    def _credentials(self, instance: Instance) -> dict[str, str]:
        """What the metadata service gives for the instance's role: the same until its last hour."""
        until, lent = self._lent.get(instance.id, (datetime.min.replace(tzinfo=UTC), {}))
        if until - datetime.now(UTC) > timedelta(hours=1):
            return lent
        with self._application.backends:
            made = identity.of_instance(instance.account, instance.region, instance.id)
        until = datetime.now(UTC) + timedelta(hours=_CREDENTIALS_HOURS)
        lent = {
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret_access_key,
            "Token": made.token or "",
            "Expiration": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        }
        self._lent[instance.id] = until, lent
        return lent


def _trust(state: Path, image: Path) -> Path:
    """The layer over the image by which a machine trusts the world's sites; the operator's bundle too."""
    own = authority.certificate(state).read_text()
    layer = state / "layer"
    for file, others in ((layer / _BUNDLE, image / _BUNDLE), (place.trust(state), Path("/") / _BUNDLE)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((others.read_text() if others.exists() else "") + own)
        file.chmod(0o644)
    return layer


def _pinned(name: str) -> str:
    """A URL as it is, an image reference with its digest."""
    served = building.served(name)
    return name if served is None or name.startswith("https:") else f"{name}@{(served / 'value').read_text()}"


def _give_programs(state: Path) -> None:
    folder = place.programs(state)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "kubectl").symlink_to(building.program("kubectl"))


def _node(instance: Instance) -> str:
    """`controller-0` or `worker`, as its tags say; else its Name."""
    role, index = instance.tags.get("kube-aws:role"), instance.tags.get("kube-aws:index")
    return f"{role}-{index}" if index else role or instance.tags.get("Name", "")
