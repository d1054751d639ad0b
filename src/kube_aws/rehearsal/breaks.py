"""What can be broken in a world on purpose, so that people see what `up` says of it.

The rendered files are never touched: AWS's answers, the network, the machines or the download sites are.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from kube_aws.rehearsal.cloud import Cloud, Instance, Rule, SecurityGroup
from kube_aws.rehearsal.components.catalogue import IMAGES
from kube_aws.rehearsal.components.catalogue.served import DOWNLOADS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from kube_aws.rehearsal.api.call import Call


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is broken, in the words `says`.

    `faults` are calls that go wrong (api/faults.py), `answer` changes what a call is answered, `behind` is
    how far the nodes' clocks are behind AWS's; `cloud` is what machines and networks have of what AWS says
    exists; `spoiled` and `withheld` are names of the catalogue: URLs and image references.
    """

    says: str
    faults: tuple[Mapping[str, Any], ...] = ()
    answer: Callable[["Call", "Response"], None] = lambda _call, _response: None
    behind: timedelta = timedelta()
    cloud: Callable[[Cloud], Cloud] = lambda cloud: cloud
    spoiled: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


NOTHING = Break("nothing is broken")

_DISK_GIB = 1 / 16
"""Room for what Ignition writes, and not for kubelet."""


def _of(role: str, instance: Instance) -> bool:
    return instance.tags.get("kube-aws:role") == role


def _machines(change: Callable[[Instance], Instance]) -> Callable[[Cloud], Cloud]:
    """Every machine is other than AWS says."""
    return lambda cloud: replace(cloud, instances=tuple(map(change, cloud.instances)))


def _without_routes(cloud: Cloud) -> Cloud:
    """No subnet has a way out."""
    return replace(
        cloud,
        vpcs=tuple(
            replace(vpc, subnets=tuple(replace(subnet, internet=False) for subnet in vpc.subnets))
            for vpc in cloud.vpcs
        ),
    )


def _untold_routes(call: "Call", response: "Response") -> None:
    """Route tables hold no default route."""
    if call.action == "ec2:DescribeRouteTables":
        route = r"<item>\s*<destinationCidrBlock>0\.0\.0\.0/0<.*?</item>"
        response.set_data(re.sub(route, "", response.get_data(as_text=True), flags=re.DOTALL))


_INNER = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Where VPCs lie. Source: RFC 1918."""


def _outer(networks: Iterable[str]) -> tuple[str, ...]:
    """What of IPv4 networks lies outside of VPCs."""
    left = [IPv4Network(network) for network in networks if ":" not in network]
    for inner in _INNER:
        left = [part for network in left for part in _except(network, inner)]
    return tuple(map(str, left))


def _except(network: IPv4Network, inner: IPv4Network) -> list[IPv4Network]:
    if network.subnet_of(inner):
        return []
    return list(network.address_exclude(inner)) if inner.subnet_of(network) else [network]


def _closed(cloud: Cloud) -> Cloud:
    """Controllers let nobody of the VPC in on port 443."""
    guarded = {group for one in cloud.instances if _of("controller", one) for group in one.interface.groups}

    def narrowed(rule: Rule) -> Rule:
        if rule.first_port is None or rule.last_port is None or not rule.first_port <= 443 <= rule.last_port:
            return rule
        return replace(rule, networks=_outer(rule.networks), groups=())

    def shut(group: SecurityGroup) -> SecurityGroup:
        return replace(group, ingress=tuple(map(narrowed, group.ingress))) if group.id in guarded else group

    return replace(cloud, groups=tuple(map(shut, cloud.groups)))


def _told_closed(call: "Call", response: "Response") -> None:
    """The same as EC2 tells it, of every group with rules for this port."""
    if call.action != "ec2:DescribeSecurityGroups":
        return

    def narrowed(rule: re.Match[str]) -> str:
        networks = _outer(re.findall("<cidrIp>(.*?)</cidrIp>", rule["networks"] or ""))
        items = "".join(f"<item><cidrIp>{network}</cidrIp></item>" for network in networks)
        return f"{rule['ports']}<groups/><ipRanges>{items}</ipRanges>"

    rule = (
        r"(?P<ports><fromPort>443</fromPort>\s*<toPort>443</toPort>)\s*(<groups/>|<groups>.*?</groups>)"
        r"\s*(<ipRanges/>|<ipRanges>(?P<networks>.*?)</ipRanges>)"
    )
    response.set_data(re.sub(rule, narrowed, response.get_data(as_text=True), flags=re.DOTALL))


def _another_token(call: "Call", response: "Response") -> None:
    """KMS opens for workers a bootstrap token of which the API knows nothing."""
    if call.action != "kms:Decrypt" or response.status_code != 200:
        return
    if call.parameters.get("EncryptionContext", {}).get("kube-aws:role") != "worker":
        return
    told = json.loads(response.get_data())
    secrets = json.loads(base64.b64decode(told["Plaintext"])) | {"bootstrap-token": "absent.0123456789abcdef"}
    told["Plaintext"] = base64.b64encode(json.dumps(secrets).encode()).decode()
    response.set_data(json.dumps(told))


def _named(part: str, names: Mapping[str, object]) -> tuple[str, ...]:
    """The catalogue's names that hold a part."""
    return tuple(name for name in names if part in name)


BREAKS: Mapping[str, Break] = {
    "kms": Break(
        "KMS refuses to decrypt for nodes",
        faults=(
            {
                "do": "refuse",
                "action": "kms:Decrypt",
                "times": 1_000_000,
                "code": "AccessDeniedException",
                "message": "User: {caller} is not authorized to perform: kms:Decrypt on the resource"
                " associated with this ciphertext because the resource does not exist in this Region, no"
                " resource-based policies allow access, or a resource-based policy explicitly denies access",
            },
        ),
    ),
    "hash": Break("kubelet's download has other bytes", spoiled=_named("/kubelet", DOWNLOADS)),
    "disk": Break(
        "root disks have no room for downloads",
        cloud=_machines(lambda instance: replace(instance, root_gib=_DISK_GIB)),
    ),
    "volume": Break(
        "etcd's volume is attached, but no device appears",
        cloud=_machines(lambda instance: replace(instance, volumes=())),
    ),
    "image": Break("the API server's image is gone", withheld=_named("/kube-apiserver:", IMAGES)),
    "addon-image": Break("CoreDNS's image is gone", withheld=_named("/coredns:", IMAGES)),
    "route": Break("no subnet has a default route", answer=_untold_routes, cloud=_without_routes),
    "security-group": Break(
        "controllers let nobody of the VPC in on port 443", answer=_told_closed, cloud=_closed
    ),
    "token": Break("the API does not know the workers' bootstrap token", answer=_another_token),
    "clock": Break("the nodes' clocks are a day behind", behind=timedelta(days=1)),
}
"""By the name that `--break` takes."""
