"""cfn-lint: CloudFormation's own schemas and rules, on stack-template.json as it lies there."""

import re
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches

from kube_aws.artefacts.assemble import parse
from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.stack.document import TEMPLATE, resource
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each match; its id is cfn-lint's, as `E3012`."""
    try:
        parse(disk)
    except UserError as error:
        issue = "template-json" if TEMPLATE in disk else "template-missing"
        yield Finding("error", issue, error.place or Place(str(TEMPLATE)), error.what, error.next_step)
    else:
        yield from _lint(disk[TEMPLATE].content.decode(), cluster)


def _lint(text: str, cluster: Cluster) -> Iterator[Finding]:
    # The import takes longer than the check: cfn-lint reasons about conditions with sympy.
    from cfnlint.api import lint
    from cfnlint.helpers import REGION_PRIMARY, REGIONS

    region = cluster.region
    if region not in REGIONS:
        yield Finding(
            "warning",
            "region-unknown",
            Place(str(TEMPLATE)),
            f"cfn-lint does not know the region {region}, so what differs there is not checked",
        )
    for match in lint(text, regions=[region if region in REGIONS else REGION_PRIMARY]):
        # Some rules list every value that AWS knows.
        what, next_step = textwrap.shorten(match.message, 200, placeholder=" …"), match.rule.shortdesc
        if match.rule.id == "E3628":
            what, next_step = _instance_type(match.message, cluster)
        yield Finding(
            "error" if match.rule.id.startswith("E") else "warning",
            match.rule.id,
            Place(
                str(TEMPLATE),
                match.linenumber,
                match.columnnumber,
                resource(getattr(match, "path", None) or ()),
            ),
            what,
            next_step,
        )


def _instance_type(message: str, cluster: Cluster) -> tuple[str, str]:
    """What is wrong and the next step, of `'t2.smal' is not one of ['a1.large', …] in 'eu-west-1'`."""
    value, *known = re.findall(r"'([^']*)'", message)
    keys = {
        "controllerInstanceType": cluster.controller_instance_type,
        "workerInstanceType": cluster.worker_instance_type,
    }
    where = " and ".join(f"{key} in cluster.yaml" for key, its in keys.items() if its == value)
    close = ", ".join(get_close_matches(value, known, 3))
    hints = [f"Did you mean {close}?" if close else "", f"It is {where}." if where else ""]
    return f"there is no instance type {value} in {cluster.region}", " ".join(filter(None, hints))
