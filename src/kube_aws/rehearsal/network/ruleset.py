"""A VPC's rules as nftables text: who may send as whom, security groups, public addresses.

Machines of one subnet meet on a bridge, others through the router; both pass the same `inet` hooks, because
the router's namespace has bridge-nf-call-iptables. A packet is marked with the number of the interface that
sent it (lower half), so that the sender's groups are known even where it may send as somebody else, and with
that of the receiver (upper half) where that may receive for somebody else.

Sources: EC2 User Guide, "Security group connection tracking"; VPC User Guide, "Internet gateways".
"""

from collections.abc import Iterable, Mapping

from kube_aws.rehearsal.cloud import Cloud, SecurityGroup, Vpc
from kube_aws.rehearsal.network.groups import entering, leaving
from kube_aws.rehearsal.network.names import METADATA, UPLINK, port
from kube_aws.rehearsal.network.place import Inhabitant, inhabitants, public_addresses, resolver_address


def ruleset(cloud: Cloud, vpc: Vpc) -> str:
    """All rules of a VPC's namespace, as `nft -f` takes them; the same cloud gives the same text."""
    numbered = dict(enumerate(inhabitants(cloud, vpc.id), 1))
    public = public_addresses(cloud, vpc)
    lines = [
        "flush ruleset",
        *_guard(numbered),
        *_firewall(cloud, vpc, numbered, public),
        *_translation(public),
    ]
    return "\n".join(lines) + "\n"


def _guard(numbered: Mapping[int, Inhabitant]) -> list[str]:
    """Without connection tracking, which kernels may lack for bridges."""
    ports = {f'"{port(one.id)}"': f"goto {one.id}" for one in numbered.values()}
    return _table(
        "bridge guard",
        *(_chain(one.id, *_sending(number, one)) for number, one in numbered.items()),
        _chain(
            "sending",
            "type filter hook prerouting priority filter; policy drop;",
            *_dispatch("iifname", ports),
        ),
        _chain(
            "receiving",
            "type filter hook forward priority filter; policy accept;",
            *(_receiving(number, one) for number, one in numbered.items()),
        ),
    )


def _sending(number: int, inhabitant: Inhabitant) -> list[str]:
    interface = inhabitant.interface
    own = [f"ether saddr != {interface.mac} drop", f"meta mark set {number}"]
    if not interface.source_dest_check:
        return [*own, "meta protocol { ip, arp } accept"]
    # 0.0.0.0 asks whether an address is free. Source: RFC 5227.
    asking = _set(["0.0.0.0", *interface.addresses])  # noqa: S104
    return [
        *own,
        f"ip saddr {_set(interface.addresses)} accept",
        f"arp saddr ether {interface.mac} arp saddr ip {asking} accept",
    ]


def _receiving(number: int, inhabitant: Inhabitant) -> str:
    at = f'oifname "{port(inhabitant.id)}"'
    if inhabitant.interface.source_dest_check:
        return f"{at} ip daddr != {_set(inhabitant.interface.addresses)} drop"
    return f"{at} meta mark set meta mark | {number << 16:#x}"


def _firewall(
    cloud: Cloud, vpc: Vpc, numbered: Mapping[int, Inhabitant], public: Mapping[str, str]
) -> list[str]:
    here = list(numbered.values())
    used = {group for one in here for group in one.interface.groups}
    groups = [group for group in cloud.groups if group.id in used]
    members = {
        group: [
            address for one in here if group in one.interface.groups for address in one.interface.addresses
        ]
        for group in used
    }
    receivers = {address: f"goto {one.id}-in" for one in here for address in one.interface.addresses}
    anyones = {
        f"{number << 16:#x}": f"goto {one.id}-in"
        for number, one in numbered.items()
        if not one.interface.source_dest_check
    }
    senders = {f"{number:#x}": f"goto {one.id}-out" for number, one in numbered.items()}
    outward = [f'oifname "{UPLINK}" ip saddr {_set(public.values())} accept'] if public else []
    return _table(
        "inet firewall",
        *(_chain(f"{group.id}-in", *entering(group, members)) for group in groups),
        *(_chain(f"{one.id}-in", *_jumps(one, groups, "in")) for one in here),
        _chain(
            "arriving",
            *_dispatch("ip daddr", receivers),
            *_dispatch("meta mark & 0xffff0000", anyones),
            *outward,
            "drop",
        ),
        *(_chain(f"{group.id}-out", *leaving(group, members)) for group in groups),
        *(_chain(f"{one.id}-out", *_jumps(one, groups, "out")) for one in here),
        _chain(
            "forward",
            "type filter hook forward priority filter; policy drop;",
            "ct state established,related accept",
            f'iifname "{UPLINK}" ct status dnat goto arriving',
            *_dispatch("meta mark & 0xffff", senders),
        ),
        _chain(
            "input",
            "type filter hook input priority filter; policy drop;",
            'iifname "lo" accept',
            "ct state established,related accept",
            f'iifname "{UPLINK}" drop',
            f"ip daddr {METADATA} tcp dport 80 accept",
            f"ip daddr {resolver_address(vpc)} meta l4proto {{ tcp, udp }} th dport 53 accept",
        ),
    )


def _jumps(inhabitant: Inhabitant, groups: Iterable[SecurityGroup], way: str) -> list[str]:
    """Without a group nothing is held up: so it is with network load balancers alone."""
    if not inhabitant.interface.groups:
        return [{"in": "accept", "out": "goto arriving"}[way]]
    return [f"jump {group.id}-{way}" for group in groups if group.id in inhabitant.interface.groups]


def _translation(public: Mapping[str, str]) -> list[str]:
    """Between private and public addresses, at the internet gateway."""
    private = {address: leads_to for leads_to, address in public.items()}
    return _table(
        "ip gateway",
        _chain(
            "inward",
            "type nat hook prerouting priority dstnat; policy accept;",
            *(f'iifname "{UPLINK}" dnat to {line}' for line in _lookup("ip daddr", public)),
        ),
        _chain(
            "outward",
            "type nat hook postrouting priority srcnat; policy accept;",
            *(f'oifname "{UPLINK}" snat to {line}' for line in _lookup("ip saddr", private)),
        ),
    )


def _table(name: str, *chains: list[str]) -> list[str]:
    return [f"table {name} {{", *(f"\t{line}" for chain in chains for line in chain), "}"]


def _chain(name: str, *lines: str) -> list[str]:
    return [f"chain {name} {{", *(f"\t{line}" for line in lines), "}"]


def _dispatch(selector: str, verdicts: Mapping[str, str]) -> list[str]:
    """Nothing where there is nothing to dispatch: nft takes no empty map."""
    return [f"{selector} vmap {_map(verdicts)}"] if verdicts else []


def _lookup(selector: str, values: Mapping[str, str]) -> list[str]:
    return [f"{selector} map {_map(values)}"] if values else []


def _map(entries: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} : {value}" for key, value in entries.items()) + " }"


def _set(values: Iterable[str]) -> str:
    return "{ " + ", ".join(values) + " }"
