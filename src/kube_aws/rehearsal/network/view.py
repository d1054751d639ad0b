"""The names of a world, as somebody in a VPC or on the internet sees them.

A VPC sees its private zones before anything else: what they do not hold does not exist.
Source: Route 53 Developer Guide, "Considerations when working with a private hosted zone".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kube_aws.rehearsal.cloud import Alias, Balancer, Cloud, Instance
from kube_aws.rehearsal.network.hostnames import private_name, public_name

Records = Mapping[tuple[str, str], tuple[str, ...] | Alias]
"""Values by name and type; names in small letters without a dot at their end."""


@dataclass(frozen=True)
class Area:
    """A part of the tree of names. `names` are all that exist in it, also those that only have others
    below them."""

    name: str
    records: Records
    names: frozenset[str]

    def owner(self, name: str) -> str | None:
        """Whose records answer for a name: its own, a wildcard's, or nobody's (None). Source: RFC 4592."""
        if name in self.names:
            return name
        while name != self.name:
            name = name.partition(".")[2]
            if f"*.{name}" in self.names:
                return f"*.{name}"
            if name in self.names:
                return None
        return None


@dataclass(frozen=True)
class View:
    """What one resolver knows: areas by name, in the order of precedence; and the sites' names."""

    tiers: tuple[Mapping[str, Area], ...]
    sites: frozenset[str]

    def area(self, name: str) -> Area | None:
        """The innermost area that holds a name, in the first tier that has one."""
        for tier in self.tiers:
            for ancestor in _ancestors(name):
                if ancestor in tier:
                    return tier[ancestor]
        return None

    def is_site(self, name: str) -> bool:
        """Whether a name is a site's, or below one."""
        return any(ancestor in self.sites for ancestor in _ancestors(name))


def view(cloud: Cloud, vpc: str | None, sites: Collection[str]) -> View:
    """What a VPC's resolver knows; None for the internet's. `sites` are names that, with all below them,
    lead to names.SITES."""
    there = [one for one in cloud.instances if one.state != "terminated"]
    tiers = [
        [_area(zone.name, zone.records) for zone in cloud.zones if vpc in zone.vpcs],
        [*_given_names(there, vpc), *_balancers(cloud.balancers)],
        [_area(zone.name, zone.records) for zone in cloud.zones if not zone.vpcs],
    ]
    return View(tuple({area.name: area for area in tier} for tier in tiers), frozenset(sites))


def _given_names(instances: Iterable[Instance], vpc: str | None) -> Iterator[Area]:
    """Names that EC2 gives. Inside its VPC, the public name of an instance leads to its private address."""
    records: dict[tuple[str, str], tuple[str, ...] | Alias] = {}
    for one in instances:
        inside = one.interface.vpc == vpc
        for private, public in one.interface.public.items():
            name = public_name(public, one.region)
            records[name, "A"] = (private if inside else public,)
            records[_reverse(public), "PTR"] = (f"{name}.",)
        if inside:
            for address in one.interface.addresses:
                name = private_name(address, one.region)
                records[name, "A"] = (address,)
                records[_reverse(address), "PTR"] = (f"{name}.",)
            records[one.name, "A"] = (one.interface.addresses[0],)
    yield from _areas(records, [name for name, type_ in records if type_ == "A"])
    yield _area("in-addr.arpa", {key: values for key, values in records.items() if key[1] == "PTR"})


def _balancers(balancers: Iterable[Balancer]) -> Iterator[Area]:
    """The names of load balancers, the same for everyone, and those that alias records give them.

    Source: Route 53 Developer Guide, "Values specific for simple alias records", `dualstack.`.
    """
    found = {one.name.lower(): one.addresses() for one in balancers}
    names = {f"{prefix}{name}": at for name, at in found.items() for prefix in ("", "dualstack.")}
    yield from _areas({(name, "A"): at for name, at in names.items()}, found)


def _areas(records: Records, names: Iterable[str]) -> Iterator[Area]:
    """An area for each domain that `names` lie in, with all records of it."""
    for domain in {name.partition(".")[2] for name in names}:
        yield _area(domain, {key: values for key, values in records.items() if key[0].endswith(f".{domain}")})


def _area(name: str, records: Records) -> Area:
    between = {one for owner, _ in records for one in _ancestors(owner) if one.endswith(f".{name}")}
    return Area(name, records, frozenset({name, *between}))


def _ancestors(name: str) -> Iterator[str]:
    """The name itself, then what it lies in."""
    while name:
        yield name
        name = name.partition(".")[2]


def _reverse(address: str) -> str:
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"
