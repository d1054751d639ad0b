"""Many Services of type LoadBalancer at once."""

import pytest
from tests.rehearsed.balancers import create, delete, get, made
from tests.rehearsed.world import World, until


@pytest.mark.slow
@pytest.mark.usefixtures("pods")
def test_twenty_at_once_come_and_go(cluster: World) -> None:
    before = made(cluster), _records(cluster)
    many = [f"one-of-many-{number}" for number in range(20)]
    create(cluster, dict.fromkeys(many, ({}, {})))
    try:
        for name in many:
            until(lambda name=name: get(cluster, f"{name}.trial.particule.io"), 300)
        assert len(made(cluster)["classic"]) == len(before[0]["classic"]) + 20
    finally:
        delete(cluster, many)
    until(lambda: (made(cluster), _records(cluster)) == before, 180)


def _records(cluster: World) -> list[str]:
    """The names in the public zone."""
    route53 = cluster.account.client("route53")
    zones = route53.list_hosted_zones()["HostedZones"]
    (zone,) = [each for each in zones if not each["Config"]["PrivateZone"]]
    listed = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return sorted(f"{one['Type']} {one['Name']}" for one in listed)
