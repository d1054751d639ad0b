"""What Kubernetes has made on AWS for a cluster, outside of its stack: values, and how each is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "DNS name",
    "classic load balancer",
    "network load balancer",
    "target group",
    "security group",
    "volume",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they can be removed: names before what they lead to, users before what they use."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """`id` is what AWS removes it by, `name` what people know it by; `of` the Service or the claim that it
    was made for (`default/shop`), as far as it says so."""

    kind: Kind
    id: str
    name: str
    of: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is the same by in two looks."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Group(Leftover):
    """A load balancer's security group. `rules` are those of the cluster's other groups that name it, by the
    group's id: they would keep it."""

    rules: Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Record(Leftover):
    """A name that external-dns made: its records, and those that say whose they are, as Route 53 lists
    them; `zone` is its zone's id."""

    zone: str
    sets: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Volume(Leftover):
    """A volume of the EBS CSI driver. `reclaim` is its PersistentVolume's policy, Delete or Retain, as an
    earlier `destroy` marked it; "" before."""

    reclaim: str
