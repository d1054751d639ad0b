"""cfn-lint: CloudFormation's own schemas and rules, on stack-template.json as it lies there."""

import textwrap
from collections.abc import Iterator

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
        yield from _lint(disk[TEMPLATE].content.decode(), cluster.region)


def _lint(text: str, region: str) -> Iterator[Finding]:
    # The import takes longer than the check: cfn-lint reasons about conditions with sympy.
    from cfnlint.api import lint
    from cfnlint.helpers import REGION_PRIMARY, REGIONS

    if region not in REGIONS:
        yield Finding(
            "warning",
            "region-unknown",
            Place(str(TEMPLATE)),
            f"cfn-lint does not know the region {region}, so what differs there is not checked",
        )
    for match in lint(text, regions=[region if region in REGIONS else REGION_PRIMARY]):
        yield Finding(
            "error" if match.rule.id.startswith("E") else "warning",
            match.rule.id,
            Place(
                str(TEMPLATE),
                match.linenumber,
                match.columnnumber,
                resource(getattr(match, "path", None) or ()),
            ),
            # Some rules list every value that AWS knows.
            textwrap.shorten(match.message, 200, placeholder=" …"),
            match.rule.shortdesc,
        )
