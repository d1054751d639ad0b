"""From how machines are to how the embedded AWS says they should be."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Literal

from kube_aws.rehearsal.cloud import Cloud, Instance, Volume


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as found. `off`: it shut itself down; `dead`: it ended in another way, or with the
    rehearsal; `volumes` are those attached, by id, with their GiB;
    `boots` as of the instance when it was last started."""

    state: Literal["running", "off", "dead"]
    boots: int
    volumes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ended:
    """EC2 learns that an instance ended by itself."""

    instance: Instance
    powered_off: bool


@dataclass(frozen=True, slots=True)
class Remove:
    """A terminated instance's machine and root disk go; its kept volumes do not."""

    id: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A stopped instance's machine shuts down."""

    instance: Instance


@dataclass(frozen=True, slots=True)
class Detach:
    """A volume leaves a machine."""

    id: str
    volume: str


@dataclass(frozen=True, slots=True)
class Start:
    """A machine boots, for the first time or again."""

    instance: Instance


@dataclass(frozen=True, slots=True)
class Reboot:
    """A running machine boots again."""

    instance: Instance


@dataclass(frozen=True, slots=True)
class Attach:
    """A volume comes to a running machine, or has grown there."""

    instance: Instance
    volume: Volume


Before = Ended | Remove | Stop | Detach
After = Start | Reboot | Attach


def before_network(cloud: Cloud, machines: Mapping[str, Machine], begun: Set[str]) -> list[Before]:
    """What must end before the network changes: addresses and volumes may go to others next.

    `begun` are the instances that were seen running in this rehearsal: only they can end by themselves.
    """
    wanted = {instance.id: instance for instance in cloud.instances}
    steps: list[Before] = [Remove(known) for known in machines if known not in wanted]
    for known, machine in machines.items():
        instance = wanted.get(known)
        if instance is None:
            continue
        if machine.state != "running" and instance.state == "running" and known in begun:
            steps.append(Ended(instance, machine.state == "off"))
        if machine.state == "running" and instance.state in ("stopping", "stopped"):
            steps.append(Stop(instance))
        kept = {volume.id for volume in instance.volumes}
        steps += [Detach(known, volume) for volume in sorted(machine.volumes.keys() - kept)]
    return steps


def after_network(cloud: Cloud, machines: Mapping[str, Machine]) -> list[list[After]]:
    """What may begin once addresses lead where they should: a list for each instance, in its order."""
    begun: list[list[After]] = []
    for instance in cloud.instances:
        if instance.state != "running":
            continue
        machine = machines.get(instance.id)
        steps: list[After] = []
        if machine is None or machine.state != "running":
            steps.append(Start(instance))  # with its volumes
        else:
            if machine.boots != instance.boots:
                steps.append(Reboot(instance))
            there = machine.volumes
            new = (volume for volume in instance.volumes if there.get(volume.id) != volume.size_gib)
            steps += [Attach(instance, volume) for volume in new]
        if steps:
            begun.append(steps)
    return begun
