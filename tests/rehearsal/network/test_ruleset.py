"""Rules as text."""

import pytest
from tests.rehearsal.network.clouds import ANYONE, EVERYTHING_OUT, VPC, group, machine

from kube_aws.rehearsal.cloud import Cloud, Rule
from kube_aws.rehearsal.network.groups import entering, leaving
from kube_aws.rehearsal.network.ruleset import ruleset


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (Rule("tcp", 443, 443, ANYONE), ["tcp dport 443 accept"]),
        (Rule("6", 443, 443, ANYONE), ["tcp dport 443 accept"]),
        (Rule("17", 30000, 32767, ANYONE), ["udp dport 30000-32767 accept"]),
        (Rule("tcp", None, None, ANYONE), ["meta l4proto tcp accept"]),
        (Rule("tcp", -1, -1, ANYONE), ["meta l4proto tcp accept"]),
        (Rule("-1", None, None, ANYONE), ["accept"]),
        (Rule("icmp", -1, -1, ANYONE), ["meta l4proto icmp accept"]),
        (Rule("icmp", None, None, ANYONE), ["meta l4proto icmp accept"]),
        (Rule("icmp", 8, -1, ANYONE), ["icmp type 8 accept"]),
        (Rule("1", 3, 4, ANYONE), ["icmp type 3 icmp code 4 accept"]),
        (Rule("58", 8, -1, ANYONE), []),
        (Rule("50", None, None, ANYONE), ["meta l4proto 50 accept"]),
        (Rule("-1", None, None, ("::/0",)), []),
        (Rule("tcp", 22, 22, ("10.0.0.0/8", "10.1.0.0/16")), ["ip saddr { 10.0.0.0/8 } tcp dport 22 accept"]),
        (Rule("tcp", 22, 22, ("192.0.2.7/24",)), ["ip saddr { 192.0.2.0/24 } tcp dport 22 accept"]),
        (
            Rule("udp", 8472, 8472, ("192.0.2.1/32",), ("sg-a", "sg-empty")),
            ["ip saddr { 10.0.0.5/32, 10.0.0.7/32, 192.0.2.1/32 } udp dport 8472 accept"],
        ),
        (Rule("-1", None, None, (), ("sg-empty",)), []),
    ],
)
def test_a_rule(rule: Rule, lines: list[str]) -> None:
    assert entering(group("sg-x", rule), {"sg-a": ["10.0.0.5", "10.0.0.7"]}) == lines


def test_what_leaves_still_has_to_arrive() -> None:
    one = group("sg-x", egress=(Rule("tcp", 443, 443, (), ("sg-a",)),))
    assert leaving(one, {"sg-a": ["10.0.0.5"]}) == ["ip daddr { 10.0.0.5/32 } tcp dport 443 goto arriving"]


def test_the_same_cloud_gives_the_same_text() -> None:
    machines = (
        machine("a", "10.0.0.5", "sg-x", public="198.18.0.5"),
        machine("b", "10.0.0.6", "sg-x"),
        machine("c", "10.0.1.7", "sg-x", public="198.18.0.7"),
    )
    cloud = Cloud((VPC,), (group("sg-x", *EVERYTHING_OUT),), machines)
    text = ruleset(cloud, VPC)
    assert text == ruleset(Cloud((VPC,), cloud.groups, machines[::-1]), VPC)
    assert "dnat to ip daddr map { 198.18.0.5 : 10.0.0.5 }" in text
    assert "198.18.0.7" not in text, "its subnet has no internet"


def test_a_vpc_without_machines_has_rules() -> None:
    text = ruleset(Cloud((VPC,)), VPC)
    assert "hook forward priority filter; policy drop;" in text
    assert "{  }" not in text
