"""Sizes that CloudFormation and IAM refuse, where cfn-lint does not know them or cannot see them.

(It does count resources, E3010, outputs, E6010, and the description's characters, E1003.)
"""

import json
from collections.abc import Iterator

from kube_aws.artefacts.assemble import assemble, subtree
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.roles import stand_in
from kube_aws.finding import Finding, Place
from kube_aws.stack.document import TEMPLATE, at, parse, place, walk
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import pack

MOST = {"Mappings": 200, "Parameters": 200}
"""Source: AWS, "CloudFormation quotas"."""

LONGEST_ROLE_POLICIES = 10_240
"""Characters of a role's inline policies together, without white space. Source: IAM quotas."""


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """The template's parts by their number, roles by their policies, the whole by its bytes."""
    template = parse(disk)
    if template is None:
        return
    for part, most in MOST.items():
        named = at(template, part)
        if isinstance(named, dict) and len(named) > most:
            what = f"{len(named)} {part}, over {most}"
            yield Finding("error", "template-limit", place(disk, (part,)), what, "Remove some.")
    yield from _policies(disk, template)
    yield from _assembled(disk)


def _policies(disk: Tree, template: object) -> Iterator[Finding]:
    for path, policies in walk(template):
        match path:
            case ("Resources", _, "Properties", "Policies"):
                # As they stand: what CloudFormation's functions give is about as long.
                size = len(json.dumps(policies, separators=(",", ":")))
                if size > LONGEST_ROLE_POLICIES:
                    what = f"the inline policies have {size:,} characters, over {LONGEST_ROLE_POLICIES:,}"
                    yield Finding("error", "policy-size", place(disk, path), what, "Shorten them.")


def _assembled(disk: Tree) -> Iterator[Finding]:
    sealed = {role: stand_in(role) for role in ROLES}
    try:
        for role in ROLES:
            pack(subtree(disk, role), sealed[role])
    except UserError:
        return  # Told by userdata_size.
    try:
        assemble(disk, sealed)
    except UserError as error:
        yield Finding("error", "assembly", error.place or Place(str(TEMPLATE)), error.what, error.next_step)
    except RecursionError:
        return  # Told by cfn-lint: no template is nested so deeply.
