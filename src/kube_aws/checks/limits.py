"""Sizes that CloudFormation and IAM refuse, and cfn-lint does not know or cannot see in the parts.

(That a template has 500 resources, 200 outputs, parameters and mappings at most, and 1,024 bytes of
description, are rules of cfn-lint: E3010, E6010, E2010, E7010, E1003.)
"""

import json
from collections.abc import Iterator

from kube_aws.artefacts.assemble import assemble, subtree
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.roles import stand_in
from kube_aws.finding import Finding, Place
from kube_aws.stack.document import TEMPLATE, parse, place, walk
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import pack

LARGEST_ROLE_POLICIES = 10_240
"""Characters of a role's inline policies together, without white space. Source: IAM quotas."""


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """The assembled template against 51,200 bytes, and the inline policies of each role."""
    template = parse(disk)
    if template is None:
        return
    for path, policies in walk(template):
        match path:
            case ("Resources", _, "Properties", "Policies"):
                # Functions are longer than what they give, but for names that AWS chooses.
                size = len(json.dumps(policies, separators=(",", ":")))
                if size > LARGEST_ROLE_POLICIES:
                    what = f"the role's inline policies have {size:,} of {LARGEST_ROLE_POLICIES:,} characters"
                    yield Finding("error", "policy-size", place(disk, path), what, "Shorten them.")
    try:
        for role in ROLES:
            pack(subtree(disk, role), stand_in(role))
    except UserError:
        return  # userdata_size tells it.
    try:
        assemble(disk, {role: stand_in(role) for role in ROLES})
    except UserError as error:
        yield Finding("error", "assembly", error.place or Place(str(TEMPLATE)), error.what, error.next_step)
