r"""Records that external-dns made for a cluster's Services.

Beside the records of a name lie TXT records that say who made which of them: `cname-shop.example.com` of an A
record that is an alias, or a CNAME; `aaaa-…` and `a-…` of those types.
Source: external-dns, docs/registry/txt.md and registry/txt.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kube_aws.aws.leftovers.leftover import Record

_OF = {"a": ("A",), "aaaa": ("AAAA",), "cname": ("A", "CNAME")}


def records(route53: Any, owner: str, domain: str, never: str) -> Iterator[Record]:
    """The names in the public zones of a domain and below it that external-dns made as `owner`; the name
    `never` is none of them, whatever is said of it."""
    for page in route53.get_paginator("list_hosted_zones").paginate():
        for zone in page["HostedZones"]:
            name = zone["Name"].rstrip(".")
            if f".{name}".endswith(f".{domain}") and not zone["Config"].get("PrivateZone"):
                pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
                sets = [one for page in pages for one in page["ResourceRecordSets"]]
                yield from owned(sets, zone["Id"].rpartition("/")[2], owner, never)


def owned(sets: list[dict[str, Any]], zone: str, owner: str, never: str) -> Iterator[Record]:
    """Of all record sets of a zone those of `owner`, by name; what lies beside them stays."""
    there = {(one["Name"], one["Type"], one.get("SetIdentifier")): one for one in sets}
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    services: dict[str, str] = {}
    for key, text in there.items():
        told = _told(text) if text["Type"] == "TXT" else {}
        prefix, _, name = text["Name"].partition("-")
        if told.get("heritage") != "external-dns" or told.get("external-dns/owner") != owner:
            continue
        if prefix not in _OF or _plain(name) == never:
            continue
        keys = [(name, kind, text.get("SetIdentifier")) for kind in _OF[prefix]]
        found[name] |= {each: there[each] for each in [key, *keys] if each in there}
        services[name] = told.get("external-dns/resource", "").removeprefix("service/")
    for name, own in found.items():
        yield Record("DNS name", _plain(name), _plain(name), services[name], zone, tuple(own.values()))


def _told(text: dict[str, Any]) -> dict[str, str]:
    """`heritage=external-dns,external-dns/owner=…,external-dns/resource=service/default/shop` taken apart."""
    values = "".join(one["Value"].strip('"') for one in text.get("ResourceRecords", ()))
    return {key: value for key, _, value in (part.partition("=") for part in values.split(","))}


def _plain(name: str) -> str:
    r"""`*.example.com` of `\052.example.com.`"""
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), name).rstrip(".")
