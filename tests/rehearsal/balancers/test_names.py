"""To whom a load balancer's name leads."""

import pytest
from dnslib import DNSRecord
from tests.rehearsal.balancers.clouds import balancer, cloud, target

from kube_aws.rehearsal.cloud import Balancer
from kube_aws.rehearsal.network.answers import answer
from kube_aws.rehearsal.network.view import view

ONE, TWO, BOTH = ["198.18.0.1"], ["198.18.0.2"], ["198.18.0.1", "198.18.0.2"]


def _asked(one: Balancer, name: str, vpc: str | None) -> list[str]:
    reply = answer(DNSRecord.question(name), view(cloud(one), vpc, {"amazonaws.com"}))
    return [str(record.rdata) for record in reply.rr]


@pytest.mark.parametrize(("healthy", "across", "addresses"), [
    ("", False, BOTH), ("a", False, ONE), ("b", False, TWO), ("ab", False, BOTH), ("b", True, BOTH),
])  # fmt: skip
def test_it_leads_to_the_nodes_that_have_someone_to_send_to(
    healthy: str, across: bool, addresses: list[str]
) -> None:
    states = frozenset(("instances", f"i-{zone}") for zone in healthy)
    one = balancer(target("a"), target("b"), across=across, healthy=states)
    for vpc in ("vpc-1", None):
        assert _asked(one, one.name, vpc) == addresses
        assert _asked(one, one.name.upper(), vpc) == addresses
        assert _asked(one, f"dualstack.{one.name}", vpc) == addresses
    assert _asked(one, f"other-{one.name}", None) == []


def test_an_internal_ones_name_leads_to_private_addresses_everywhere() -> None:
    one = balancer(target("a"), zones="a", public=False)
    assert _asked(one, one.name, None) == _asked(one, one.name, "vpc-1") == ["10.0.0.254"]
