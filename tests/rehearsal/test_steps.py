"""Machines follow what EC2 says, from any state into any other."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kube_aws.rehearsal.cloud import Cloud, Instance, Interface, Volume
from kube_aws.rehearsal.steps import (
    Attach,
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

IDS = ("i-0", "i-1", "i-2")
VOLUMES = ("vol-0", "vol-1")
INSTANCE = Instance(
    id="", account="123456789012", region="eu-west-1", zone="eu-west-1a", type="t3.small", vcpus=2,
    memory_mib=2048, state="running", image="ami-0", name="ip-10-0-0-4.eu-west-1.compute.internal",
    interface=Interface("eni-0", "vpc-0", "subnet-0", "02:00:00:00:00:01", ("10.0.0.4",), None, ()),
    root_gib=8, volumes=(), user_data=b"", tags={}, hop_limit=1, metadata_tags=True, nitro=True, role=None,
)  # fmt: skip

machines = st.dictionaries(
    st.sampled_from(IDS),
    st.builds(
        Machine,
        st.sampled_from(["running", "off", "dead"]),
        st.integers(0, 1),
        st.dictionaries(st.sampled_from(VOLUMES), st.integers(7, 8)),
    ),
)


@st.composite
def clouds(draw: st.DrawFn) -> Cloud:
    """Up to three instances; a volume is attached to one of them at the most, as EC2 sees to."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    owners = {volume: draw(st.sampled_from([None, *ids])) for volume in VOLUMES}
    return Cloud(
        instances=tuple(
            replace(
                INSTANCE,
                id=one,
                state=draw(st.sampled_from(["pending", "running", "stopping", "stopped"])),
                boots=draw(st.integers(0, 1)),
                volumes=tuple(Volume(name, 8, "/dev/xvdf") for name, owner in owners.items() if owner == one),
            )
            for one in ids
        )
    )


def carried_out(cloud: Cloud, there: dict[str, Machine]) -> dict[str, Machine]:
    """The machines after one look, as rehearsal/nodes.py carries its steps out."""
    there = dict(there)
    for step in before_network(cloud, there, set()):
        match step:
            case Remove(known):
                del there[known]
            case Stop(instance):
                there[instance.id] = replace(there[instance.id], state="off")
            case Detach(known, volume):
                there[known] = replace(there[known], volumes=_without(there[known].volumes, volume))
    for steps in after_network(cloud, there):
        for begun in steps:
            match begun:
                case Start(instance):
                    # Starting attaches what belongs to it, so that the first boot finds it.
                    there[instance.id] = Machine("running", instance.boots, _of(instance))
                case Reboot(instance):
                    there[instance.id] = Machine("running", instance.boots, there[instance.id].volumes)
                case Attach(instance, volume):
                    volumes = {**there[instance.id].volumes, volume.id: volume.size_gib}
                    there[instance.id] = replace(there[instance.id], volumes=volumes)
    return there


def _of(instance: Instance) -> dict[str, int]:
    return {volume.id: volume.size_gib for volume in instance.volumes}


def _without(volumes: Mapping[str, int], volume: str) -> dict[str, int]:
    return {one: size for one, size in volumes.items() if one != volume}


@given(clouds(), machines)
def test_one_look_makes_machines_as_instances_are(cloud: Cloud, there: dict[str, Machine]) -> None:
    after = carried_out(cloud, there)
    assert set(after) <= {instance.id for instance in cloud.instances}
    for instance in cloud.instances:
        found = after.get(instance.id)
        if instance.state in ("stopping", "stopped"):
            assert found is None or found.state != "running"
        if instance.state == "running":
            assert found == Machine("running", instance.boots, _of(instance))


@given(clouds(), machines)
def test_no_volume_has_two_machines_at_any_time(cloud: Cloud, there: dict[str, Machine]) -> None:
    owned = [volume for machine in carried_out(cloud, there).values() for volume in machine.volumes]
    attached = {volume.id for instance in cloud.instances for volume in instance.volumes}
    assert all(owned.count(volume) <= 1 for volume in attached)


@given(clouds(), machines)
def test_a_second_look_changes_nothing(cloud: Cloud, there: dict[str, Machine]) -> None:
    after = carried_out(cloud, there)
    assert before_network(cloud, after, set()) == []
    assert after_network(cloud, after) == []


@given(clouds(), machines)
def test_only_what_was_seen_running_has_ended(cloud: Cloud, there: dict[str, Machine]) -> None:
    told = {
        step.instance.id: step.powered_off
        for step in before_network(cloud, there, set(IDS))
        if isinstance(step, Ended)
    }
    assert told == {
        instance.id: there[instance.id].state == "off"
        for instance in cloud.instances
        if instance.state == "running" and instance.id in there
        if there[instance.id].state in ("off", "dead")
    }
