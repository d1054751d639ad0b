"""What is wrong with a node, seen from outside it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.operations.command import Article

from kube_aws.aws import outside
from kube_aws.operations.silence import Reason, shut_out, silence
from kube_aws.terminal.error import UserError

POLICY = Path(__file__).parents[2] / "docs/operator-policy.json"


def test_what_keeps_a_node_silent_is_seen_from_outside(article: Article):
    article.run("up")
    account = article.account
    ec2 = account.client("ec2")
    someone = account.client("ec2", account.user("someone", json.loads(POLICY.read_bytes())))
    controller, worker, _ = article.instances()

    def why(instance: str) -> tuple[str, str]:
        reason = silence(outside.look(someone, instance))
        return reason.what, reason.cause

    assert why(controller)[0] == "nothing wrong is seen from outside"

    group = article.physical("SecurityGroupWorker")
    everything: list[Any] = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    assert why(worker) == (
        "its security group lets nothing out",
        f"no outbound rule of {group} allows port 443 to 0.0.0.0/0",
    )
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything)

    subnet = article.physical("Subnet0")
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])[
        "NetworkAcls"
    ]
    ec2.create_network_acl_entry(
        NetworkAclId=acl["NetworkAclId"], RuleNumber=1, Protocol="6", RuleAction="deny", Egress=True,
        CidrBlock="0.0.0.0/0", PortRange={"From": 443, "To": 443},
    )  # fmt: skip
    assert why(worker) == (
        "its network ACL is closed",
        f"{acl['NetworkAclId']} of {subnet} denies port 443 out",
    )
    ec2.delete_network_acl_entry(NetworkAclId=acl["NetworkAclId"], RuleNumber=1, Egress=True)

    table = article.physical("RouteTable")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    assert why(controller) == (
        "its subnet has no way out",
        f"route table {table} of {subnet} has no route to 0.0.0.0/0",
    )

    ec2.terminate_instances(InstanceIds=[worker])
    with pytest.raises(UserError, match=f"{worker} is terminated"):
        outside.look(someone, worker)


def test_a_worker_that_the_controllers_do_not_let_in_is_seen_from_outside(article: Article):
    article.run("up")
    ec2 = article.account.client("ec2")
    controller, worker, _ = article.instances()

    def why() -> Reason | None:
        return shut_out(outside.look(ec2, worker), outside.look(ec2, controller))

    theirs, own = article.physical("SecurityGroupController"), article.physical("SecurityGroupWorker")
    rule: Any = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ec2.revoke_security_group_ingress(
        GroupId=theirs, IpPermissions=[rule | {"UserIdGroupPairs": [{"GroupId": own}]}]
    )
    assert why() is None  # everyone is let in
    ec2.revoke_security_group_ingress(
        GroupId=theirs, IpPermissions=[rule | {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    reason = why()
    assert reason is not None
    assert reason.cause == f"no inbound rule of {theirs} allows port 443 to {own}"
    ec2.authorize_security_group_ingress(  # as the mend says
        GroupId=theirs, IpPermissions=[rule | {"UserIdGroupPairs": [{"GroupId": own}]}]
    )
    assert why() is None
