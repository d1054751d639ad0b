"""cfn-lint: CloudFormation's own schemas and rules, on stack-template.json as it lies there."""

import json
from collections.abc import Iterator

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.stack.document import TEMPLATE, resource
from kube_aws.tree import Tree

_TAKE_BACK = f'Mend it, or use "kube-aws render --reset {TEMPLATE}" to take the tool\'s version back.'


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each match; its id is cfn-lint's, as `E3012`."""
    if TEMPLATE not in disk:
        yield Finding("error", "template-missing", Place(str(TEMPLATE)), "there is none", _TAKE_BACK)
        return
    try:
        text = disk[TEMPLATE].content.decode()
        json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(str(TEMPLATE), error.lineno, error.colno)
        yield Finding("error", "template-json", place, f"not JSON: {error.msg}", _TAKE_BACK)
    except (UnicodeDecodeError, RecursionError) as error:
        yield Finding("error", "template-json", Place(str(TEMPLATE)), f"not JSON: {error}", _TAKE_BACK)
    else:
        yield from _lint(text, cluster.region)


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
            match.message,
            match.rule.shortdesc,
        )
