"""Remove what Kubernetes made outside of the stack, and tell what happens."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kube_aws.aws.leftovers.find import Scope, find
from kube_aws.aws.leftovers.leftover import Leftover
from kube_aws.aws.leftovers.remove import LONGEST, KeptError, remove
from kube_aws.cluster.model import Cluster
from kube_aws.kubernetes import outside
from kube_aws.kubernetes.api import Api, RefusedError
from kube_aws.kubernetes.outside import Service
from kube_aws.operations.removals import Removals, removals
from kube_aws.terminal.event import Begin, Change, Event, Note, State
from kube_aws.terminal.show import show

if TYPE_CHECKING:
    import boto3

_PAUSE = 1.0
_LONGEST = 180.0
"""Seconds without any Service going. AWS takes a minute or two for a load balancer and its group."""


class Leftovers:
    """What of Kubernetes is on AWS: `there` at the newest look, `seen` at any; `reasons` why one stayed, by
    its key. `policies` are those of its volumes, by id, as far as Kubernetes told them."""

    def __init__(self, session: boto3.Session, scope: Scope) -> None:
        self._session, self._scope = session, scope
        self.policies: dict[str, str] = {}
        self.reasons: dict[tuple[str, str], str] = {}
        self.seen: dict[tuple[str, str], Leftover] = {}
        self.there: list[Leftover] = []
        self.look()

    def look(self) -> None:
        """Look anew."""
        self.there = find(self._session, self._scope)
        self.seen |= {one.key: one for one in self.there}

    @property
    def removals(self) -> Removals:
        """What of it goes when."""
        return removals(self.there, self.policies)

    def remove(self, wanted: Sequence[Leftover]) -> None:
        """Remove these, and look again."""
        if wanted:
            show(by_aws(self._session, wanted, self.reasons))
            self.look()


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """What the cluster itself says: its Services of type LoadBalancer, and its volumes' reclaim policies.
    `silent` says why it says nothing."""

    api: Api | None = None
    services: list[Service] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)
    silent: str = ""


def ask(cluster: Cluster, folder: Path) -> Kubernetes:
    """Ask the cluster's API, if it is there to answer."""
    api = Api(cluster.external_dns_name, folder / "credentials")
    if not api.as_admin:
        return Kubernetes(silent="the admin's key is not in credentials/")
    try:
        return Kubernetes(api, outside.services(api), outside.policies(api))
    except (ConnectionError, RefusedError) as error:
        return Kubernetes(silent=str(error))


def by_kubernetes(api: Api, services: Sequence[Service]) -> Iterator[Event]:
    """Delete Services, and wait until their load balancers are gone, as their finalizers say. Where
    Kubernetes does not get on, it is said, and AWS is left to be asked."""
    left, since = list(services), time.monotonic()
    yield Begin(len(left))
    try:
        for service in services:
            outside.delete(api, service)
            yield _told(str(service), "Service", "running", "removing", "")
        while left:
            there = outside.services(api)
            gone = [service for service in left if service not in there]
            for service in gone:
                yield _told(str(service), "Service", "done", "removed", "")
            left = [service for service in left if service in there]
            since = time.monotonic() if gone else since
            if time.monotonic() - since > _LONGEST:
                yield Note(f"Kubernetes does not remove {', '.join(map(str, left))}; asking AWS.")
                return
            if left:
                time.sleep(_PAUSE)
    except (ConnectionError, RefusedError) as error:
        yield Note(f"Kubernetes does not go on ({error}); asking AWS.")


def by_aws(
    session: boto3.Session, wanted: Sequence[Leftover], reasons: dict[tuple[str, str], str]
) -> Iterator[Event]:
    """Remove each in its order; why one stays is put into `reasons` by its key, and the others follow."""
    yield Begin(len(wanted))
    for one in wanted:
        yield _told(one.name, one.kind, "running", "removing", one.of)
        try:
            # What stayed may use it: waiting would end nothing.
            remove(session, one, 0 if reasons else LONGEST)
        except KeptError as error:
            reasons[one.key] = str(error)
            yield _told(one.name, one.kind, "failed", "left", str(error))
        else:
            reasons.pop(one.key, None)
            yield _told(one.name, one.kind, "done", "removed", f"{one.kind} {one.of}".rstrip())


def _told(name: str, kind: str, state: State, verb: str, detail: str) -> Change:
    return Change(name, kind, state, verb, detail, datetime.now(UTC))
