"""The rules of a security group as nftables lines.

Source: EC2 API, AuthorizeSecurityGroupIngress and IpPermission.
"""

import ipaddress
from collections.abc import Iterator, Mapping

from kube_aws.rehearsal.cloud import Rule, SecurityGroup

PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
"""Those with ports or types, by number. Source: IANA, "Assigned Internet Protocol Numbers"."""

Members = Mapping[str, list[str]]
"""The private addresses of a group's members."""


def entering(group: SecurityGroup, members: Members) -> list[str]:
    """What may come in, accepted."""
    return [f"{line}accept" for rule in group.ingress for line in _lines(rule, "ip saddr", members)]


def leaving(group: SecurityGroup, members: Members) -> list[str]:
    """What may go out, sent on to what its receiver's groups say."""
    return [f"{line}goto arriving" for rule in group.egress for line in _lines(rule, "ip daddr", members)]


def _lines(rule: Rule, other_side: str, members: Members) -> Iterator[str]:
    """The rule's match, with a blank after each part; none where it can match nothing that is IPv4."""
    others = [ipaddress.IPv4Network(one, strict=False) for one in rule.networks if ":" not in one]
    others += [ipaddress.IPv4Network(one) for group in rule.groups for one in members.get(group, [])]
    # nft refuses ranges that overlap.
    networks = [str(one) for one in ipaddress.collapse_addresses(others)]
    protocol = PROTOCOLS.get(rule.protocol, rule.protocol)
    if not networks or protocol == "icmpv6":
        return
    match = "" if networks == ["0.0.0.0/0"] else f"{other_side} {{ {', '.join(networks)} }} "
    yield match + _kind(protocol, rule)


def _kind(protocol: str, rule: Rule) -> str:
    first, last = _given(rule.first_port), _given(rule.last_port)
    match protocol:
        case "-1":
            return ""
        case "icmp" if first is not None:  # a type; the last is a code
            return f"icmp type {first} " + ("" if last is None else f"icmp code {last} ")
        case "tcp" | "udp" if first is not None and last is not None:
            return f"{protocol} dport {first}-{last} " if first != last else f"{protocol} dport {first} "
        case _:
            return f"meta l4proto {protocol} "


def _given(port: int | None) -> int | None:
    """-1 is no port, no type, no code."""
    return None if port == -1 else port
