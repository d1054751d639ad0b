"""What things of a world are called, and its fixed addresses.

A namespace is named after the world and the AWS id of what it holds; a link after a hash of that id, because
its name may have no more than 15 characters.
"""

import hashlib
from pathlib import Path

RUN = Path("/run/netns")
"""Where iproute2 keeps namespaces by name. Source: ip-netns(8)."""

CONFIGURATION = Path("/etc/netns")
"""Where `ip netns exec NAME` takes files from that it lays over /etc. Source: ip-netns(8)."""

SITES = "192.0.2.80"
"""Where all sites of the world's internet answer, AWS's endpoints among them."""

RESOLVER = "192.0.2.53"
"""The internet's resolver."""

OPERATOR = "192.0.2.1"
"""The operator's own address, which security groups see."""

METADATA = "169.254.169.254"
"""The metadata service. Source: EC2 User Guide, "Access instance metadata"."""

UPLINK = "internet"
"""A router's link to the internet."""

MTU = 9001
"""Source: EC2 User Guide, "Jumbo frames"."""

INTERNET_MTU = 1500
"""Of what passes an internet gateway. Source: the same."""


def namespace(world: str, thing: str) -> str:
    """The namespace of an instance or a VPC, by its id."""
    return f"ka-{world}-{thing}"


def internet(world: str) -> str:
    """The namespace that is the world's internet, and the operator's place."""
    return namespace(world, "net")


def inode(namespace: str) -> int | None:
    """What tells a namespace from another that had or will have the same name; None where there is none."""
    try:
        return (RUN / namespace).stat().st_ino
    except FileNotFoundError:
        return None


def port(thing: str) -> str:
    """The router's end of the link to an instance, or the internet's to a VPC."""
    return f"v-{_hash(thing)}"


def bridge(subnet: str) -> str:
    """The bridge of a subnet."""
    return f"b-{_hash(subnet)}"


def bridge_mac(subnet: str) -> str:
    """Its hardware address: of its own, because a bridge without one changes it as ports come and go."""
    digits = _hash(subnet)[:10]
    return ":".join(["02", *(digits[at : at + 2] for at in range(0, 10, 2))])


def _hash(thing: str) -> str:
    return hashlib.sha256(thing.encode()).hexdigest()[:12]
