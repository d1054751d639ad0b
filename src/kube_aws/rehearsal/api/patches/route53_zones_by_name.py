"""Hosted zones are listed from a name on."""

from typing import Any

from moto.core.responses import ActionResult
from moto.route53.responses import Route53

PAGE = 100


def route53_zones_by_name() -> None:
    """List the zones from DNSName on, in the order of their reversed labels, page by page.

    moto lists just the zones of that name, so that a client which forgets to compare names works with it and
    not with AWS; and it leaves out required members. Source: Route 53 API Reference, ListHostedZonesByName.
    """

    def by_name(response: Any) -> ActionResult:
        asked = response._get_param("DNSName")
        size = int(response._get_param("MaxItems") or PAGE)
        start = (_order(asked), response._get_param("HostedZoneId") or "") if asked else ([], "")
        zones = sorted(response.backend.zones.values(), key=lambda zone: (_order(zone.name), zone.id))
        found = [zone for zone in zones if (_order(zone.name), zone.id) >= start]
        rest = found[size:]
        return ActionResult(
            {
                "HostedZones": found[:size],
                "DNSName": asked,
                "HostedZoneId": response._get_param("HostedZoneId"),
                "IsTruncated": bool(rest),
                "NextDNSName": rest[0].name if rest else None,
                "NextHostedZoneId": rest[0].id.rpartition("/")[2] if rest else None,
                "MaxItems": str(size),
            }
        )

    Route53.list_hosted_zones_by_name = by_name


def _order(name: str) -> list[str]:
    return list(reversed(name.rstrip(".").split(".")))
