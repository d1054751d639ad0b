"""The user data of each role against EC2's limit, and which files take the room."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from kube_aws.artefacts.assemble import subtree
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.credentials.roles import stand_in
from kube_aws.finding import Finding, Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import BASE, USER_DATA_LIMIT, config, wrap

_LISTED = 5


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """One finding for each role that is over the limit."""
    for role in ROLES:
        tree = subtree(disk, role)
        try:
            total = size(tree, role)
        except UserError:
            continue  # checks/ignition.py tells it.
        if total > USER_DATA_LIMIT:
            yield Finding(
                "error",
                "userdata-size",
                Place(f"userdata/{role}"),
                f"the user data has {total:,} bytes; EC2 takes {USER_DATA_LIMIT:,}",
                f"Shorten or remove files. Packed, these are the largest: {_largest(tree, role, total)}.",
            )


def size(tree: Tree, role: Role) -> int:
    """Bytes of the user data that a role's files become. Raises UserError where ignition.json is none."""
    return len(wrap(config(tree, stand_in(role))))


def _largest(tree: Tree, role: Role, total: int) -> str:
    """The files that take most, each with what it adds beside all others."""
    shares = {
        path: total - size({other: file for other, file in tree.items() if other != path}, role)
        for path in sorted(tree)
        if path != BASE
    }
    largest: list[PurePosixPath] = sorted(shares, key=lambda path: -shares[path])[:_LISTED]
    return ", ".join(f"{path} ({shares[path]:,})" for path in largest)
