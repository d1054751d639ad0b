"""What a rehearsal holds is there again after the next start."""

import os
import signal
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import settled

from kube_aws.rehearsal import process

KEY = "arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
TEMPLATE = '{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}}}'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "rehearsal"


def world(state: Path) -> Account:
    server = process.start(state, "123456789012", port=0)
    made = server.ask("world", account="123456789012", region="eu-west-1", key_arn=KEY, key_pair="me")
    return EmbeddedAws(server).known("123456789012", "eu-west-1", made)


def test_a_world_outlives_its_process(state: Path) -> None:
    before = world(state)
    sealed = before.client("kms").encrypt(KeyId=KEY, Plaintext=b"x", EncryptionContext={"a": "b"})
    cloudformation = before.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=TEMPLATE)
    assert settled(cloudformation, "s")["StackStatus"] == "CREATE_COMPLETE"
    before.client("ec2").delete_key_pair(KeyName="me")
    assert process.stop(state)
    assert process.find(state) is None
    files = [path for path in state.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert state.stat().st_mode & 0o777 == 0o700

    after = world(state)
    try:
        assert after.operator == before.operator
        opened = after.client("kms").decrypt(
            CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b"}
        )
        assert opened["Plaintext"] == b"x"
        (stack,) = after.client("cloudformation").describe_stacks(StackName="s")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        vpcs = [vpc["CidrBlock"] for vpc in after.client("ec2").describe_vpcs()["Vpcs"]]
        assert "10.9.0.0/16" in vpcs
        # What someone deleted on purpose is not made anew.
        assert after.client("ec2").describe_key_pairs()["KeyPairs"] == []
    finally:
        process.stop(state)


def test_a_killed_process_leaves_a_world_that_can_be_read(state: Path) -> None:
    before = world(state)
    ec2 = before.client("ec2")
    for size in range(1, 30):
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=size)
    os.kill(before.server.pid, signal.SIGKILL)

    after = world(state)
    try:
        sizes = [volume["Size"] for volume in after.client("ec2").describe_volumes()["Volumes"]]
        assert sizes == list(range(1, len(sizes) + 1))
    finally:
        process.stop(state)


def test_a_world_of_another_version_is_refused_in_words(state: Path) -> None:
    (state / "world").mkdir(parents=True)
    (state / "world" / "spanning").write_bytes(b"something else")
    with pytest.raises(process.RehearsalError, match="cannot be read") as refused:
        process.start(state, "123456789012", port=0)
    assert "--fresh" in refused.value.next_step
    process.start(state, "123456789012", port=0, fresh=True)
    process.stop(state)


def test_a_load_balancer_is_still_its_interfaces(state: Path) -> None:
    before = world(state)
    subnet = before.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    listener = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 30080}
    before.client("elb").create_load_balancer(LoadBalancerName="web", Listeners=[listener], Subnets=[subnet])
    process.stop(state)

    after = world(state)
    try:
        ec2, elb = after.client("ec2"), after.client("elb")
        (balancer,) = elb.describe_load_balancers()["LoadBalancerDescriptions"]
        (group,) = balancer["SecurityGroups"]
        with pytest.raises(ClientError, match="DependencyViolation"):
            ec2.delete_security_group(GroupId=group)
        elb.delete_load_balancer(LoadBalancerName="web")
        assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
        ec2.delete_security_group(GroupId=group)
    finally:
        process.stop(state)
