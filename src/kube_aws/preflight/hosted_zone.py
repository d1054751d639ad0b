"""The Route 53 zone that gets the API's record and those of Services."""

from collections.abc import Iterator
from typing import Any

from kube_aws.cluster.topology import add_ons
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def public_zones(given: Given) -> list[dict[str, Any]]:
    """The public zones of exactly the name in cluster.yaml. (AWS returns its neighbours, too.)"""
    return [zone for zone in _zones(given) if not zone["Config"].get("PrivateZone")]


def check(given: Given) -> Iterator[Finding]:
    """Exactly one public zone of the name exists."""
    if not given.cluster.create_record_set and "external-dns" not in add_ons(given.cluster):
        return
    name, public = given.cluster.hosted_zone, public_zones(given)
    if len(public) > 1:
        ids = ", ".join(zone["Id"].rpartition("/")[2] for zone in public)
        yield given.error(
            "hosted-zone-ambiguous",
            "hostedZone",
            f"there are {len(public)} public zones {name}: {ids}",
            "Remove those that the domain's registrar does not point to.",
        )
    if not public:
        private = " (only a private one)" if _zones(given) else ""
        yield given.error(
            "hosted-zone-missing",
            "hostedZone",
            f"the account has no public zone {name}{private}",
            f"aws route53 create-hosted-zone --name {name} --caller-reference kube-aws;"
            " or remove hostedZone and createRecordSet, and make records yourself.",
        )


def _zones(given: Given) -> list[dict[str, Any]]:
    wanted = given.cluster.hosted_zone.rstrip(".") + "."
    answer = given.aws.ask("route53", "list_hosted_zones_by_name", DNSName=wanted, MaxItems="100")
    return [zone for zone in answer["HostedZones"] if zone["Name"] == wanted]
