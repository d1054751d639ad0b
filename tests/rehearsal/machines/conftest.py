import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.rehearsal.leaks import leaks
from tests.rehearsal.wait import wait

from kube_aws.rehearsal import place as places
from kube_aws.rehearsal.cloud import Instance, Interface
from kube_aws.rehearsal.components import building, cache
from kube_aws.rehearsal.machines import image, machine, processes
from kube_aws.rehearsal.prepare import PROGRAMS


def run(*command):
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout


@dataclass
class Place:
    """A world with a metadata service and a network namespace for each of two machines."""

    state: Path
    layers: list[Path]
    user_data: Path
    addresses: dict[str, str] = field(default_factory=lambda: {"i-0a": "10.0.0.10", "i-0b": "10.0.0.11"})

    def namespace(self, instance):
        return f"ka-{places.world(self.state)}-{instance}"

    def instance(self, known, *, nitro=False, attached=(), vcpus=1, memory_mib=1024):
        address = self.addresses[known]
        name = f"ip-{address.replace('.', '-')}.eu-west-1.compute.internal"
        return Instance(
            id=known,
            account="123456789012",
            region="eu-west-1",
            zone="eu-west-1a",
            type="t2.micro",
            vcpus=vcpus,
            memory_mib=memory_mib,
            state="running",
            image="ami-1",
            name=name,
            interface=Interface("eni-1", "vpc-1", "subnet-1", "0a:00:00:00:00:01", (address,), None, ()),
            root_gib=8,
            volumes=attached,
            user_data=b"",
            tags={},
            hop_limit=1,
            metadata_tags=False,
            nitro=nitro,
            role=None,
        )

    def start(self, instance, config=None):
        config = config or {"ignition": {"version": "3.3.0"}}
        (self.user_data / self.addresses[instance.id]).write_text(json.dumps(config))
        machine.start(self.state, self.layers, instance, self.namespace(instance.id), "10.0.0.2")

    def boot(self, instance, config=None):
        self.start(instance, config)
        self.booted(instance.id)

    def booted(self, known):
        def up():
            assert machine.condition(self.state, known) == "running", self.console(known)
            return self.said(known, "systemctl", "is-system-running") in ("running", "degraded")

        wait(up, what=lambda: self.console(known))

    def said(self, known, *command):
        done = processes.run_inside(self.state, known, *command)
        return None if done is None else done.stdout.strip()

    def inside(self, known, command):
        """The output of a shell command that must succeed."""
        done = processes.run_inside(self.state, known, "sh", "-c", command)
        assert done is not None
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def console(self, known):
        return places.console(self.state, known).read_text()


@pytest.fixture(scope="session")
def root_image():
    if os.geteuid():
        pytest.skip("machines need root")
    building.build(PROGRAMS)
    return image.prepare(
        cache.home().parent / "machines", {name: building.program(name) for name in PROGRAMS}
    )


@pytest.fixture
def place(root_image, tmp_path):
    state = tmp_path / "state"
    world = places.world(state)
    layer, user_data = tmp_path / "layer", tmp_path / "user-data"
    (layer / "etc/ssl/certs").mkdir(parents=True)
    (layer / "etc/ssl/certs/ca-certificates.crt").write_text("the world's authority\n")
    user_data.mkdir()
    place = Place(state, [layer, root_image], user_data)
    net = f"ka-{world}-net"
    run("ip", "netns", "add", net)
    setup = [
        "link set lo up",
        "addr add 169.254.169.254/32 dev lo",
        "link add br0 type bridge",
        "addr add 10.0.0.1/24 dev br0",
        "link set br0 up",
    ]
    for number, (instance, address) in enumerate(place.addresses.items()):
        namespace = place.namespace(instance)
        run("ip", "netns", "add", namespace)
        setup += [
            f"link add m{number} type veth peer name eth0 netns {namespace}",
            f"link set m{number} master br0 up",
        ]
        (tmp_path / instance).write_text(
            f"link set lo up\naddr add {address}/24 dev eth0\nlink set eth0 up\n"
            "route add default via 10.0.0.1\n"
        )
    (tmp_path / "setup").write_text("\n".join(setup) + "\n")
    run("ip", "-n", net, "-batch", tmp_path / "setup")
    for instance in place.addresses:
        run("ip", "-n", place.namespace(instance), "-batch", tmp_path / instance)
    service = [sys.executable, Path(__file__).with_name("metadata.py"), user_data]
    with subprocess.Popen(
        ["ip", "netns", "exec", net, *service], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as metadata:
        assert metadata.stdout.readline() == b"ready\n"
        try:
            yield place
        finally:
            metadata.kill()
            machine.remove_all(state)
            for namespace in (net, *map(place.namespace, place.addresses)):
                run("ip", "netns", "delete", namespace)
    assert leaks(state) == []
