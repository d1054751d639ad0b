"""Why a stack failed: the first real failure among its events, and what is known of such reasons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kube_aws.aws.stacks import StackEvent
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import labelled

_FOLLOWS = re.compile(
    r"Resource (creation|update|deletion) cancelled"
    r"|The following resource\(s\) failed to (create|update|delete)"
)
"""Reasons that CloudFormation gives to what only stopped because something else failed."""


@dataclass(frozen=True, slots=True)
class Known:
    """A reason that AWS is known to give (a pattern), what is behind it, and how to mend it."""

    said: str
    cause: str
    mend: str


KNOWN = (
    Known(
        r"not eligible for Free Tier",
        "this account's plan allows only a few instance types",
        "take an eligible type (aws ec2 describe-instance-types --filters"
        " Name=free-tier-eligible,Values=true), or upgrade the account's plan",
    ),
    Known(
        r"explicit deny in (a|an) (service|resource) control policy",
        "the organization forbids it, whatever the account's own policies say",
        "ask who administers the organization",
    ),
    Known(
        r"permissions boundary",
        "the account asks for a permissions boundary, or the one given does not allow this",
        "set permissionsBoundary in cluster.yaml",
    ),
    Known(
        r"(not authorized to perform|UnauthorizedOperation|AccessDenied)",
        "the caller lacks a permission; CloudFormation acts with the caller's own",
        "compare the caller's policies with docs/operator-policy.json",
    ),
    Known(
        r"(VcpuLimitExceeded|vCPU capacity than your current vCPU limit)",
        "the account's quota for running vCPUs is used up",
        "take smaller types or fewer workers, or raise quota L-1216C47A (Service Quotas, EC2)",
    ),
    Known(
        r"(MaxSpotInstanceCountExceeded|Max spot instance count exceeded)",
        "the account's quota for spot vCPUs is used up",
        "take fewer workers, or raise quota L-34B43A08 (Service Quotas, EC2)",
    ),
    Known(
        r"(InsufficientInstanceCapacity|not have sufficient .* capacity)",
        "the zone has no such instances left for now",
        "wait and run it again, or choose another type or zone",
    ),
    Known(
        r"(AddressLimitExceeded|maximum number of addresses has been reached)",
        "the region's elastic addresses are used up",
        "release one, or raise quota L-0263D0A3 (Service Quotas, EC2)",
    ),
    Known(
        r"(VpcLimitExceeded|maximum number of VPCs has been reached)",
        "the region's VPCs are used up",
        "remove one, set vpcId to use one that exists, or raise quota L-F678F1CE (Service Quotas, VPC)",
    ),
    Known(
        r"(SpotMaxPriceTooLow|spot.* price .*lower than)",
        "workerSpotPrice is below today's price",
        "raise workerSpotPrice, or leave it out",
    ),
    Known(
        r"(InvalidAMIID|image id '\[?ami-[0-9a-f]+\]?' does not exist)",
        "the machine image has been withdrawn",
        "remove its entry from release.lock, then kube-aws render",
    ),
    Known(
        r"(InvalidKeyPair|key pair '.*' does not exist)",
        "the region has no key pair of that name",
        "set keyName in cluster.yaml to one that exists",
    ),
    Known(
        r"Tried to create resource record set .* but it already exists",
        "the API's name is taken in the hosted zone",
        "remove that record if nothing uses it, or choose another externalDNSName",
    ),
    Known(
        r"conflicts with another subnet",
        "a subnet of the VPC already has these addresses",
        "choose another instanceCIDR (and controllerIP) in cluster.yaml",
    ),
    Known(
        r"in use\. Launching EC2 instance failed",
        "the controller's network interface still hangs on its former instance",
        "wait a minute: the group tries again by itself",
    ),
    Known(
        r"(InvalidKMSKey|kms:.*(disabled|pending deletion)|KMSInvalidStateException)",
        "the KMS key that encrypts the volumes cannot be used",
        "enable the key, or choose another default key for EBS encryption",
    ),
    Known(
        r"already exists",
        "something outside this stack has that name",
        "remove it if nothing uses it, or choose another clusterName",
    ),
    Known(
        r"(has dependencies and cannot|DependencyViolation|has a dependent object|mapped public address)",
        "something that the stack did not make still uses it: a load balancer, interface or security"
        " group that Kubernetes or a person made",
        "remove Services of type LoadBalancer first, or delete what is left in the VPC in the AWS console",
    ),
    Known(
        r"(HostedZoneNotEmpty|non-required resource record sets)",
        "somebody added records to the cluster's private zone",
        "remove these records",
    ),
    Known(
        r"(DeleteConflict|must (detach|remove|delete) .* first)",
        "somebody attached something to it outside of the stack",
        "detach that, then run it again",
    ),
)


def root(events: Sequence[StackEvent]) -> list[StackEvent]:
    """The real failures, oldest first: the first one is the cause, others failed beside it.

    `events` are those of one operation, oldest first. What was cancelled, and what the
    stack says of itself, only follows; where nothing else failed it is all there is.
    """
    failed = [event for event in events if event.status.endswith("_FAILED")]
    real = [event for event in failed if not event.of_stack and not _FOLLOWS.search(event.reason)]
    return real or failed


def words(reason: str) -> str:
    """A reason without what CloudFormation wraps around it for its own support."""
    inner = re.fullmatch(r'Resource handler returned message: "(.*)" \(RequestToken: .*\)', reason, re.DOTALL)
    return re.sub(r" \(Service: .*\)$", "", inner[1]) if inner else reason


def known(reason: str) -> Known | None:
    """What is known of a reason that AWS gave."""
    return next((entry for entry in KNOWN if re.search(entry.said, reason, re.IGNORECASE)), None)


def failure(events: Sequence[StackEvent], did: str, then: str, now: str) -> UserError:
    """The error to show: what failed (`did`: created, changed, removed), why, and what follows.

    `then` says what to do afterwards, `now` what exists at the moment.
    """
    causes = root(events)
    if not causes:
        return UserError(f"the stack was not {did}", labelled([("then", then), ("now", now)]))
    first = causes[0]
    entry = known(first.reason)
    others = ", ".join(dict.fromkeys(event.logical_id for event in causes[1:]))
    name = "the stack" if first.of_stack else f"{first.logical_id} ({first.type})"
    return UserError(
        f"{name} was not {did}",
        labelled(
            [
                ("said", words(first.reason)),
                ("cause", entry.cause if entry else ""),
                ("mend", entry.mend if entry else ""),
                ("also", f"failed beside it: {others}" if others else ""),
                ("then", then),
                ("now", now),
            ]
        ),
    )
