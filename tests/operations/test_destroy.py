"""What Kubernetes made goes with `destroy`, and nothing else; the receipt says exactly that."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.artefacts import cluster_folder
from tests.embedded_aws import EmbeddedAws
from tests.kubernetes import cluster_api
from tests.kubernetes.cluster_api import ClusterApi, serving
from tests.operations.command import KEY_ARN, NAME, NUMBER, Article
from tests.operations.made_by_kubernetes import Maker, everything, maker

POLICY = Path(__file__).parents[2] / "docs/operator-policy.json"
VPC, TABLE = "vpc-0a1b2c3d4e5f60718", "rtb-0a1b2c3d4e5f60718"


@pytest.fixture
def shared(tmp_path: Path, embedded_aws: EmbeddedAws) -> Article:
    """The article's cluster in a VPC that was there before."""
    folder = cluster_folder.make(tmp_path / "cluster", vpcId=VPC, routeTableId=TABLE, vpcCIDR="10.0.0.0/16")
    cluster_folder.rendered(folder)
    account = embedded_aws.account(
        NUMBER,
        key_arn=KEY_ARN,
        key_pair="klefevre-sorrow",
        hosted_zone="particule.io",
        vpc_id=VPC,
        vpc_cidr="10.0.0.0/16",
        route_table_id=TABLE,
    )
    return Article(folder, account, embedded_aws)


@pytest.fixture
def api(article: Article) -> Iterator[ClusterApi]:
    """The API of the article's cluster."""
    with serving(article.folder / "credentials", "k8s.particule.io") as served:
        yield served


def three_balancers(make: Maker, workers: str) -> None:
    make.classic("a1", "default/shop", workers)
    make.classic("a2", "team/web", workers)
    make.network("n3", "default/game", workers)


def receipt(article: Article) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((article.folder / "destroyed.json").read_text())
    return read


def ids(items: list[dict[str, str]], kind: str) -> set[str]:
    return {item["id"] for item in items if item["kind"] == kind}


def assert_receipt_tells_the_difference(
    article: Article, before: dict[str, set[str]], after: dict[str, set[str]]
) -> None:
    """What is gone was told, and of what was told to be gone nothing is there."""
    told = {item["id"] for item in receipt(article)["removed"]}
    known = set.union(*before.values())
    assert set.union(*(before[kind] - after[kind] for kind in before)) == told & known


def test_all_goes_where_kubernetes_is_silent_and_strangers_things_stay(shared: Article):
    stranger = Maker(shared.account, VPC, _subnet(shared), "another")
    stranger.classic("s1", "default/shop", stranger.group("workers-of-another"))
    stranger.network("s2", "default/game")
    stranger.volume("theirs")
    stranger.record("theirs.particule.io", "another")
    stranger.record("by-hand.particule.io")
    strangers = everything(shared.account)

    assert shared.run("up").returncode == 0
    make = maker(shared)
    three_balancers(make, shared.physical("SecurityGroupWorker"))
    make.record("shop.particule.io", NAME)
    unknown = make.volume("data")
    before = everything(shared.account)

    done = shared.run("destroy", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Kubernetes does not answer" in done.stderr
    after = everything(shared.account)
    assert_receipt_tells_the_difference(shared, before, after)
    strangers["volume"].add(unknown)
    assert after == strangers
    told = receipt(shared)
    assert ids(told["kept"], "volume") == {unknown}
    assert told["left"] == []
    assert told["lastLook"] == {
        "DNS name": 0,
        "classic load balancer": 0,
        "network load balancer": 0,
        "target group": 0,
        "security group": 0,
        "volume": 1,
    }
    assert all(len(line) <= 80 for line in done.stderr.splitlines() if line.startswith("  removed"))


def test_kubernetes_is_asked_first_and_says_which_volumes_may_go(article: Article, api: ClusterApi):
    article.run("up")
    make = maker(article)
    worker = _worker(article)
    data, precious = make.volume("data", worker), make.volume("precious")
    make.classic("a1", "default/shop", article.physical("SecurityGroupWorker"))
    make.network("n3", "default/game")
    make.record("shop.particule.io", NAME)
    api.services = [cluster_api.service("shop"), cluster_api.service("game")]
    api.volumes = [cluster_api.volume(data, "Delete"), cluster_api.volume(precious, "Retain")]
    # As where the cloud controller manager does its work for one Service, and is gone before the other.
    elb = article.account.client("elb")
    api.cleans_up = lambda name: name == "shop" and elb.delete_load_balancer(LoadBalancerName="a1")
    before = everything(article.account)

    done = article.run("destroy", "--yes", "-o", "json", env=article.account.env | api.env)
    assert done.returncode == 0, done.stderr
    assert "DELETE /api/v1/namespaces/default/services/shop" in api.asked
    assert json.loads(done.stdout) == receipt(article)
    assert_receipt_tells_the_difference(article, before, everything(article.account))
    told = receipt(article)
    assert ids(told["removed"], "volume") == {data}
    assert ids(told["removed"], "classic load balancer") == {"a1"}
    (kept,) = (item for item in told["kept"] if item["kind"] == "volume")
    assert (kept["id"], kept["for"]) == (precious, "default/precious")
    assert kept["why"] == "its reclaim policy is Retain"
    assert ids(told["kept"], "snapshot")


def test_what_a_stranger_uses_is_left_and_told(shared: Article):
    shared.run("up")
    make = maker(shared)
    group = make.group("k8s-elb-a1")
    stranger = Maker(shared.account, VPC, make.subnet, "another").group("theirs", "")
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2 = shared.account.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=stranger, IpPermissions=[rule])

    stuck = shared.run("destroy", "--yes")
    assert stuck.returncode == 1
    assert f"k8s-elb-a1: a rule of {stranger} names it" in stuck.stderr
    assert "1 thing could not be removed" in stuck.stderr
    assert ids(receipt(shared)["left"], "security group") == {group}
    assert shared.stacks() == []

    ec2.revoke_security_group_ingress(GroupId=stranger, IpPermissions=[rule])
    assert shared.run("destroy", "--yes").returncode == 0
    assert ids(receipt(shared)["removed"], "security group") == {group}


def test_what_is_in_the_stack_s_way_and_may_not_be_removed_stops_before_the_stack(article: Article):
    article.run("up")
    maker(article).classic("a1", "default/shop")
    denied = {"do": "refuse", "code": "AccessDenied", "message": "not you"}
    article.aws.faults({**denied, "action": "elasticloadbalancing:DeleteLoadBalancer"})
    stuck = article.run("destroy", "--yes")
    assert stuck.returncode == 1
    assert "what Kubernetes made is in the stack's way: a1" in stuck.stderr
    assert "left    classic load balancer  a1  (default/shop): not you (AccessDenied)" in stuck.stderr
    assert article.stacks() == [f"{NAME} CREATE_COMPLETE"]
    article.aws.faults()
    assert article.run("destroy", "--yes").returncode == 0
    assert article.stacks() == []


def test_the_operators_policy_is_enough_and_for_nobody_elses(article: Article, api: ClusterApi):
    article.run("up")
    make = maker(article)
    make.classic("a1", "default/shop", article.physical("SecurityGroupWorker"))
    make.network("n3", "default/game")
    make.record("shop.particule.io", NAME)
    api.volumes = [cluster_api.volume(make.volume("data"), "Delete")]
    policy = POLICY.read_text()
    for cluster, status in (("another", 1), (NAME, 0)):
        someone = article.account.user(cluster, json.loads(policy.replace("CLUSTER", cluster)))
        done = article.run("destroy", "--yes", env=article.account.env_of(someone) | api.env)
        assert done.returncode == status, done.stderr
    assert ids(receipt(article)["removed"], "volume")
    assert receipt(article)["left"] == []


def _subnet(article: Article) -> str:
    """A stranger's subnet in the shared VPC."""
    made = article.account.client("ec2").create_subnet(
        VpcId=VPC, CidrBlock="10.0.200.0/24", AvailabilityZone="eu-west-1a"
    )
    return str(made["Subnet"]["SubnetId"])


def _worker(article: Article) -> str:
    filters = [{"Name": "tag:kube-aws:role", "Values": ["worker"]}]
    answer = article.account.client("ec2").describe_instances(Filters=filters)
    return str(answer["Reservations"][0]["Instances"][0]["InstanceId"])
