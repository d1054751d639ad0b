"""`kube-aws status`: the stack, the API, the nodes, the add-ons."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kube_aws.artefacts import folder as on_disk
from kube_aws.aws import stacks
from kube_aws.aws.nodes import Node, nodes
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Stack
from kube_aws.aws.watch import ended
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Role
from kube_aws.finding import Place
from kube_aws.kubernetes.api import Api
from kube_aws.kubernetes.look import Seen, look
from kube_aws.operations.boot import Look
from kube_aws.operations.follow import wanted_nodes
from kube_aws.operations.seal import sealed_before
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True, slots=True)
class Status:
    """A cluster as it is now. `look` tells nothing of the API in a clone without credentials/, whose
    authority it needs; `admin_until` is None there. `files` are the hashes that nodes launched from this
    folder have, as far as they are known."""

    cluster: str
    external_name: str
    stack: Stack
    look: Look
    wanted_nodes: int
    admin_until: datetime | None
    files: Mapping[Role, str]

    @property
    def ready(self) -> bool:
        """Whether the stack is complete, the API answers, every node is Ready and every add-on available."""
        return self.stack.status in _DONE and self.look.ready(self.wanted_nodes)

    def is_old(self, node: Node) -> bool:
        """Whether a node was launched with other files than those of this folder."""
        return any(node.role == role and node.files != files for role, files in self.files.items())


def status(cluster: Cluster, session: boto3.Session, folder: Path) -> Status:
    """Ask CloudFormation, EC2 and the cluster's own API at once. UserError where there is no stack."""
    cloudformation, ec2 = client(session, "cloudformation"), client(session, "ec2")
    credentials = folder / "credentials"
    with ThreadPoolExecutor() as pool:
        stack = pool.submit(stacks.describe, cloudformation, cluster.cluster_name)
        instances = pool.submit(nodes, ec2, cluster.cluster_name)
        seen = pool.submit(_seen, cluster.external_dns_name, credentials)
        files = pool.submit(_files, folder, cluster, session)
        found = stack.result()
        if found is None:
            raise UserError(
                f"there is no cluster {cluster.cluster_name} in {cluster.region}",
                'Use the "kube-aws up" command to create it.',
            )
        return Status(
            cluster.cluster_name,
            cluster.external_dns_name,
            found,
            Look(datetime.now(UTC), instances.result(), seen.result()),
            wanted_nodes(cluster),
            _expiry(credentials / "admin.pem"),
            files.result(),
        )


def watch(cluster: Cluster, session: boto3.Session, folder: Path, *, boots: bool = True) -> Iterator[Status]:
    """The status again and again, until everything is ready; where nothing `boots`, until the stack is
    complete. UserError where the stack has failed, and in a clone, which cannot tell."""
    while True:
        now = status(cluster, session, folder)
        yield now
        if now.ready or (not boots and now.stack.status in _DONE):
            return
        if ended(now.stack.status) and now.stack.status not in _DONE:
            raise UserError(
                f"stack {now.stack.name} is in state {now.stack.status}: {now.stack.reason}",
                '"kube-aws up" says why, and continues.',
            )
        if boots and now.admin_until is None:
            raise UserError(
                "whether the nodes are Ready is told to the admin alone, whose key is not here",
                "Bring credentials/, or leave --watch out.",
            )
        time.sleep(2)


def _seen(name: str, credentials: Path) -> Seen | None:
    return look(Api(name, credentials)) if (credentials / "ca.pem").exists() else None


def _files(folder: Path, cluster: Cluster, session: boto3.Session) -> Mapping[Role, str]:
    """The tag of each role's user data as it would be packed now; none where that is not known: keys are
    not here or were never sealed, or the folder is not ready to be packed, which `validate` tells."""
    from kube_aws.artefacts.assemble import fingerprint, subtree
    from kube_aws.userdata.ignition import pack

    try:
        credentials = on_disk.read_credentials(folder)
        if credentials is None:
            return {}
        disk = on_disk.read(folder)
        sealed = sealed_before(folder, cluster, credentials, client(session, "kms").meta.endpoint_url)
        return {role: fingerprint(pack(subtree(disk, role), blob)) for role, blob in sealed.items()}
    except (UserError, KeyError):
        return {}


def _expiry(certificate: Path) -> datetime | None:
    if not certificate.exists():
        return None
    from kube_aws.credentials.verify import ends

    try:
        return ends(certificate.read_bytes())
    except ValueError as error:
        place = Place("credentials/admin.pem")
        raise UserError(
            "is no certificate", 'Bring it back; "kube-aws validate" says more.', place=place
        ) from error
