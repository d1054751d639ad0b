"""Why a node tells nothing: judged from what AWS shows of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from kube_aws.aws.nodes import stage
from kube_aws.aws.outside import Console, Described, Outside
from kube_aws.operations.faults import fault

_ANYWHERE = "0.0.0.0/0"
_DEFAULT_ROUTE = f"--destination-cidr-block {_ANYWHERE} --gateway-id igw-…"
_HTTPS = 443
_ANSWERS_AT = (32768, 60999)
"""The ports at which Linux expects answers. Source: kernel, ip_local_port_range."""


@dataclass(frozen=True, slots=True)
class Reason:
    """In a few words what it is, what is behind it, how to mend it; what the node `said`, if anything."""

    what: str
    cause: str
    mend: str
    said: str = ""


def silence(outside: Outside) -> Reason:
    """The first reason that holds: EC2's own checks, the network, what the console says."""
    told = said(outside.console)
    for reason in (*_obstacles(outside), *_console(told)):
        return Reason(reason.what, reason.cause, reason.mend, told)
    return Reason(
        "nothing wrong is seen from outside",
        "route, address, outbound rules, network ACL and status checks are in order; what is left is its"
        " clock, its user data, or a firewall on the way",
        _look_there(outside),
        told,
    )


def obstacle(outside: Outside) -> Reason | None:
    """What is in the way of a node: EC2's own checks, the network. None where they are in order."""
    return next(_obstacles(outside), None)


def shut_out(node: Outside, controller: Outside) -> Reason | None:
    """Why a controller's security groups do not let a node in at the API's port; None where they do."""
    address, own = IPv4Address(node.instance["PrivateIpAddress"]), [one["GroupId"] for one in node.groups]
    if any(
        _covers(rule["IpProtocol"], rule, _HTTPS)
        and (
            any(pair["GroupId"] in own for pair in rule.get("UserIdGroupPairs", []))
            or any(address in IPv4Network(one["CidrIp"]) for one in rule.get("IpRanges", []))
            or rule.get("PrefixListIds")
        )
        for group in controller.groups
        for rule in group["IpPermissions"]
    ):
        return None
    theirs = [one["GroupId"] for one in controller.groups]
    return Reason(
        "the controllers do not let it in",
        f"no inbound rule of {', '.join(theirs)} allows port {_HTTPS} to {', '.join(own)}",
        f"aws ec2 authorize-security-group-ingress --group-id {theirs[0]} --protocol tcp --port {_HTTPS}"
        f" --source-group {own[0]}",
    )


def said(console: Console) -> str:
    """What a console tells: of a stage that fails its reason, else the last line of a stage or of Ignition;
    "" for none.

    A line is as journald writes it there: `[   12.345678] stage[812]: kube-aws: 1/7 identity`.
    """
    lines = (console.text or "").splitlines()
    telling = [match["words"].strip() for line in lines if (match := _TELLS.search(line))]
    stages = [words for words in telling if words.startswith("kube-aws: ")]
    if stages and stages[-1].startswith("kube-aws: FAILED"):
        return stages[-1]
    return telling[-1] if telling else ""


_TELLS = re.compile(
    r"(?P<words>kube-aws: .+"
    r"|(?:ec2|kms|cloudformation) [A-Z]\w+: .+"
    r"|curl: \(\d+\) .+"
    r"|Ignition (?:has )?failed.*"
    r"|ignition\[\d+\]: (?:CRITICAL|ERROR).+"
    r"|You are in emergency mode.*)"
)


def _console(told: str) -> Iterator[Reason]:
    if re.match(r"(?i)ignition|You are in emergency", told):
        yield Reason(
            "Ignition did not accept its user data",
            "the node's files could not be written at its first boot",
            "kube-aws validate; look at what was changed in userdata/",
        )
        return
    told_stage = stage(told.removeprefix("kube-aws: "))
    failed = told_stage if told_stage and told_stage.failed else None
    name, reason = (failed.name, failed.said) if failed else ("", told)
    known = fault(name, reason)
    if known:
        yield Reason(known.what, known.cause, known.mend)


def _obstacles(outside: Outside) -> Iterator[Reason]:
    yield from _health(outside)
    yield from _network(outside)


def _health(outside: Outside) -> Iterator[Reason]:
    status = outside.status or {}
    failed = [
        kind for kind in ("System", "Instance") if status.get(f"{kind}Status", {}).get("Status") == "impaired"
    ]
    if failed:
        yield Reason(
            "EC2's status checks fail",
            f"EC2 finds the {' and the '.join(failed).lower()} impaired",
            f"aws ec2 terminate-instances --instance-ids {outside.instance['InstanceId']}:"
            " its group launches another",
        )


def _network(outside: Outside) -> Iterator[Reason]:
    subnet, table = outside.instance["SubnetId"], outside.route_table
    routes = [r for r in (table or {}).get("Routes", []) if r.get("DestinationCidrBlock") == _ANYWHERE]
    name = table["RouteTableId"] if table else "(none)"
    if not routes:
        yield Reason(
            "its subnet has no way out",
            f"route table {name} of {subnet} has no route to {_ANYWHERE}",
            f"aws ec2 create-route --route-table-id {name} {_DEFAULT_ROUTE}",
        )
        return
    route = routes[0]
    if route.get("State") == "blackhole":
        yield Reason(
            "its subnet has no way out",
            f"the default route of {name} ({subnet}) leads to a gateway that is gone",
            f"aws ec2 replace-route --route-table-id {name} {_DEFAULT_ROUTE}",
        )
    elif route.get("GatewayId", "").startswith("igw-") and not outside.instance.get("PublicIpAddress"):
        yield Reason(
            "it has no public address",
            f"{subnet} goes out through {route['GatewayId']}, which serves public addresses only",
            "associate an elastic address, or terminate the instance: its group launches another",
        )
    yield from _groups(outside)
    yield from _acl(outside)


def _groups(outside: Outside) -> Iterator[Reason]:
    rules = [rule for group in outside.groups for rule in group["IpPermissionsEgress"]]
    if any(
        _covers(rule["IpProtocol"], rule, _HTTPS)
        and _ANYWHERE in [r["CidrIp"] for r in rule.get("IpRanges", [])]
        for rule in rules
    ):
        return
    names = ", ".join(group["GroupId"] for group in outside.groups)
    yield Reason(
        "its security group lets nothing out",
        f"no outbound rule of {names} allows port {_HTTPS} to {_ANYWHERE}",
        f"aws ec2 authorize-security-group-egress --group-id {names.split(',')[0]} --protocol tcp"
        f" --port {_HTTPS} --cidr {_ANYWHERE}",
    )


def _acl(outside: Outside) -> Iterator[Reason]:
    acl = outside.network_acl
    if acl is None:
        return
    out = _allows(acl, (_HTTPS,), egress=True)
    back = _allows(acl, _ANSWERS_AT, egress=False)
    if out and back:
        return
    closed = f"port {_HTTPS} out" if not out else "answers in (ports {}-{})".format(*_ANSWERS_AT)
    yield Reason(
        "its network ACL is closed",
        f"{acl['NetworkAclId']} of {outside.instance['SubnetId']} denies {closed}",
        f"allow it in {acl['NetworkAclId']}",
    )


def _allows(acl: Described, ports: tuple[int, ...], *, egress: bool) -> bool:
    """Whether the first rule for everyone that covers each of the ports allows it."""
    entries = sorted(
        (e for e in acl["Entries"] if e["Egress"] == egress and e.get("CidrBlock") == _ANYWHERE),
        key=lambda entry: entry["RuleNumber"],
    )
    return all(
        next(
            (e["RuleAction"] for e in entries if _covers(e["Protocol"], e.get("PortRange", {}), port)), "deny"
        )
        == "allow"
        for port in ports
    )


def _covers(protocol: str, ports: Mapping[str, Any], port: int) -> bool:
    """Whether a rule is for TCP and this port; network ACLs number protocols, and no ports are all ports."""
    if protocol == "-1":
        return True
    first, last = ports.get("FromPort", ports.get("From", 0)), ports.get("ToPort", ports.get("To", 65535))
    return protocol in ("tcp", "6") and first <= port <= last


def _look_there(outside: Outside) -> str:
    instance = outside.instance
    if outside.console.text is None:
        return "have ec2:GetConsoleOutput allowed to you (docs/operator-policy.json), and run it again"
    if not outside.console.live:
        family = instance["InstanceType"].partition(".")[0]
        return (
            f"aws ec2 reboot-instances --instance-ids {instance['InstanceId']}, then kube-aws up: EC2 shows"
            f" the console of {family} only after that, of Nitro types, as t3, at any time"
        )
    return f"aws ec2 get-console-output --latest --instance-id {instance['InstanceId']} --output text"
