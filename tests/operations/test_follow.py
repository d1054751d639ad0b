"""`up` and `status` while nodes boot: instances of the embedded AWS tell their stages, and an API with the
cluster's own authority answers behind a proxy.
"""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kubernetes.cluster_api import ClusterApi, daemon_set, deployment, node, pod, serving
from tests.operations.command import KEY_ARN, NAME, Article

from kube_aws.aws import outside
from kube_aws.operations.silence import Reason, shut_out, silence
from kube_aws.terminal.error import UserError

POLICY = Path(__file__).parents[2] / "docs/operator-policy.json"
DENIED = (
    "FAILED 4/7 unseal: kms Decrypt: AccessDeniedException: User: x is not authorized to perform: kms:Decrypt"
)


class Nodes:
    """The article's instances, which tell what a test wants."""

    def __init__(self, article: Article, api: ClusterApi) -> None:
        self.article, self.api = article, api
        self.env = {**article.account.env, **api.env}
        del self.env["KUBE_AWS_NO_NODES"]

    def instances(self) -> list[str]:
        """The controller's id, then the workers'."""
        found = self.article.account.client("ec2").describe_instances()["Reservations"]
        every = [one for reservation in found for one in reservation["Instances"]]
        return [one["InstanceId"] for one in sorted(every, key=lambda one: self._place(one["Tags"]))]

    def tell(self, *boots: str) -> None:
        """Each tells its stage, with its own role."""
        for instance, boot in zip(self.instances(), boots, strict=True):
            ec2 = self.article.account.client("ec2", self.article.account.instance(instance))
            ec2.create_tags(Resources=[instance], Tags=[{"Key": "kube-aws:boot", "Value": boot}])

    def join(self) -> None:
        """They are Nodes, all Ready, and two add-ons run."""
        self.api.nodes = [node(f"ip-{number}", one) for number, one in enumerate(self.instances())]
        self.api.workloads["daemonsets"] = [daemon_set("flannel", 3, 3)]
        self.api.workloads["deployments"] = [deployment("coredns", 2, 2)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.article.run(*words, env=self.env)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.article.words(*words), env=self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _place(self, tags: list[dict[str, str]]) -> str:
        return next(tag["Value"] for tag in tags if tag["Key"] == "kube-aws:role")


@pytest.fixture
def nodes(article: Article) -> Iterator[Nodes]:
    with serving(article.folder / "credentials", "k8s.particule.io") as api:
        api.ready = False
        yield Nodes(article, api)


@pytest.fixture
def up(nodes: Nodes) -> Nodes:
    """The stack is there already."""
    assert nodes.article.run("up").returncode == 0
    return nodes


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The notes up to a line with these words."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line.rstrip())
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))


def test_up_follows_from_nothing_to_ready(nodes: Nodes):
    process = nodes.start("up")
    read_until(process, "booting")
    nodes.tell("1/7 identity", "identity", "identity")
    read_until(process, "1/7 identity")
    nodes.tell("6/7 control-plane", "2/4 wait-for-api", "2/4 wait-for-api")
    read_until(process, "waiting")
    nodes.api.ready = True
    nodes.tell("7/7 add-ons", "4/4 join", "4/4 join")
    read_until(process, "answers")
    nodes.tell("7/7 ready", "4/4 ready", "4/4 ready")
    nodes.join()
    out, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    *_, ready, hint = rest.splitlines()
    assert re.fullmatch(r"Ready in \d+s: API \d+s, 3 nodes, 2 add-ons\.", ready)
    assert hint == f"  kubectl --kubeconfig={nodes.article.folder}/kubeconfig get nodes"
    assert out.splitlines()[0] == "Creating AWS resources. This should take around 5 minutes."
    assert out.splitlines()[-1].startswith("You should be able to access the Kubernetes API")


def test_up_on_a_cluster_that_is_ready_says_so_at_once(up: Nodes):
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    up.join()
    up.api.ready = True
    again = up.run("up")
    assert again.returncode == 0
    assert re.search(r"^Ready: API \d+ ms, 3 nodes, 2 add-ons\.$", again.stderr, re.MULTILINE)
    assert again.stdout.startswith(f"Cluster Name:   {NAME}\n")


def test_a_stage_that_fails_is_told_with_what_is_wrong_with_the_key(up: Nodes):
    account = up.article.account
    policy = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.id}:user/operator"},
        "Action": "kms:*",
    }
    account.client("kms").put_key_policy(
        KeyId=KEY_ARN,
        PolicyName="default",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy | {"Resource": "*"}]}),
    )
    up.tell(DENIED, "2/4 wait-for-api", "2/4 wait-for-api")
    failed = up.run("up")
    assert failed.returncode == 1
    told = failed.stderr[failed.stderr.index("error:") :].splitlines()
    assert told[0] == "error: controller-0 stopped at 4/7 unseal: KMS refused kms:Decrypt"
    assert re.fullmatch(
        rf"  on      {up.instances()[0]}, \d+s after launch; workers only wait for it", told[1]
    )
    assert told[2] == f"  said    {DENIED.partition('unseal: ')[2]}"
    assert told[3].startswith(
        "  cause   the policy of key 6d9f59dc-e5c1-441d-8743-4d55c7cd1701 does not delegate"
    )
    assert told[5:] == [
        '  then    the node tries again by itself; "kube-aws up" watches on',
        '  now     3 instances run; "kube-aws destroy" removes all',
    ]


def test_what_aws_does_not_show_does_not_hide_what_stopped(up: Nodes):
    up.article.aws.faults(
        {
            "do": "refuse",
            "action": "ec2:DescribeRouteTables",
            "times": 9,
            "code": "UnauthorizedOperation",
            "message": "You are not authorized to perform this operation.",
        }
    )
    unreached = "FAILED 1/4 downloads: cannot download https://dl.k8s.io/x: curl: (28) Connection timed out"
    up.tell("7/7 ready", unreached, "2/4 wait-for-api")
    failed = up.run("up")
    assert failed.returncode == 1
    told = failed.stderr[failed.stderr.index("error:") :].splitlines()
    assert told[0] == "error: worker stopped at 1/4 downloads: a download site cannot be reached"
    assert told[3:5] == [
        "  cause   nothing answers the node there",
        (
            "  but     what is behind it could not be looked up: AWS refused DescribeRouteTables: You are not"
            " authorized to perform this operation. docs/operator-policy.json holds the permissions that an"
            " operator needs."
        ),
    ]


def test_ctrl_c_stops_only_the_watching(up: Nodes):
    up.tell("6/7 control-plane", "2/4 wait-for-api", "2/4 wait-for-api")
    process = up.start("up")
    read_until(process, "2/4 wait-for-api")
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert '"kube-aws up" watches on.' in rest
    assert "Traceback" not in rest


def test_no_wait_follows_nothing(up: Nodes):
    assert up.run("up", "--no-wait").returncode == 0


def test_ec2_may_throttle(up: Nodes):
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    up.join()
    up.api.ready = True
    up.article.aws.faults({"do": "throttle", "action": "ec2:DescribeInstances", "nth": 1})
    throttled = up.run("up")
    assert throttled.returncode == 0
    assert "AWS throttles" in throttled.stderr


def test_status_of_a_cluster_that_is_not_whole(up: Nodes):
    up.join()
    up.api.ready = True
    up.tell(
        "7/7 ready",
        "FAILED 1/4 downloads: cannot download https://dl.k8s.io/x: curl: (28) Timeout",
        "4/4 ready",
    )
    up.api.nodes[2] = node("ip-3", up.instances()[2], ready=False, message="cni plugin not initialized")
    up.api.nodes[2]["status"]["nodeInfo"]["kubeletVersion"] = "v1.36.6"
    up.api.workloads["deployments"] = [deployment("coredns", 2, 0)]
    up.api.pods = [pod("coredns", state={"waiting": {"reason": "ImagePullBackOff", "message": "not found"}})]
    (up.article.folder / "userdata/worker/etc/motd").write_text("hello\n")

    lines = up.run("status").stdout.splitlines()
    assert re.fullmatch(
        r"API             https://k8s\.particule\.io  ok \d+ ms   Kubernetes v1\.37\.2", lines[2]
    )
    header, controller, first, second = lines[4:8]
    assert header.split() == ["NODE", "INSTANCE", "ZONE", "ADDRESS", "BOOT", "READY"]
    assert controller.split()[4:] == ["7/7", "yes"]
    assert first.split()[4] == "FAILED"
    assert second.split()[4:6] == ["4/4", "no"]
    rest = "\n".join(lines[8:])
    assert "1/4 downloads fails: cannot download https://dl.k8s.io/x: curl: (28) Timeout" in rest
    assert "not Ready: cni plugin not initialized" in rest
    assert "kubelet v1.36.6" in rest
    assert "Certificates    admin 364 days; nodes renew by themselves" in rest
    assert "Add-ons         1/2 available\n  coredns 0/2: ImagePullBackOff: not found" in rest
    assert re.search(
        r"Files           not this folder's on worker i-\w+, worker i-\w+: launched with others", rest
    )

    told = json.loads(up.run("status", "-o", "json").stdout)
    assert (told["ready"], told["api"]["version"]) == (False, "v1.37.2")
    assert [one["filesCurrent"] for one in told["nodes"]] == [True, False, False]
    assert [one["ready"] for one in told["nodes"]] == [True, True, False]
    assert told["nodes"][2]["kubelet"] == "v1.36.6"
    assert [one["name"] for one in told["addOns"] if not one["available"]] == ["coredns"]


def test_status_watches_until_all_is_ready(up: Nodes):
    up.join()
    up.tell("7/7 ready", "4/4 join", "4/4 ready")
    up.api.ready = True
    process = up.start("status", "--watch", "-o", "json")
    time.sleep(3)
    assert process.poll() is None
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.rstrip().endswith("}")
    assert '"ready": true' in out.rpartition("clusterName")[2]


def test_a_clone_cannot_tell_whether_nodes_are_ready(up: Nodes):
    (up.article.folder / "credentials").rename(up.article.folder.parent / "kept")
    watched = up.run("status", "--watch")
    assert watched.returncode == 1
    assert "is told to the admin alone" in watched.stderr
    assert "(not asked: no credentials/ca.pem here)" in watched.stdout


def test_what_keeps_a_node_silent_is_seen_from_outside(up: Nodes):
    account = up.article.account
    ec2 = account.client("ec2")
    someone = account.client("ec2", account.user("someone", json.loads(POLICY.read_bytes())))
    controller, worker, _ = up.instances()

    def why(instance: str) -> tuple[str, str]:
        reason = silence(outside.look(someone, instance))
        return reason.what, reason.cause

    assert why(controller)[0] == "nothing wrong is seen from outside"

    group = up.article.physical("SecurityGroupWorker")
    everything: list[Any] = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    assert why(worker) == (
        "its security group lets nothing out",
        f"no outbound rule of {group} allows port 443 to 0.0.0.0/0",
    )
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything)

    subnet = up.article.physical("Subnet0")
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

    table = up.article.physical("RouteTable")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    assert why(controller) == (
        "its subnet has no way out",
        f"route table {table} of {subnet} has no route to 0.0.0.0/0",
    )

    ec2.terminate_instances(InstanceIds=[worker])
    with pytest.raises(UserError, match=f"{worker} is terminated"):
        outside.look(someone, worker)


def test_a_worker_that_the_controllers_do_not_let_in_is_seen_from_outside(up: Nodes):
    ec2 = up.article.account.client("ec2")
    controller, worker, _ = up.instances()

    def why() -> Reason | None:
        return shut_out(outside.look(ec2, worker), outside.look(ec2, controller))

    theirs, own = up.article.physical("SecurityGroupController"), up.article.physical("SecurityGroupWorker")
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
