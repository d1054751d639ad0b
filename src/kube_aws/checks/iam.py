"""parliament: the stack's IAM policies against the Service Authorization Reference.

It finds actions that do not exist, and resources and condition keys that an action does not know: such a
statement allows nothing, and a node would learn of it when it is refused.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding
from kube_aws.stack.document import at, parse, place, walk
from kube_aws.tree import Tree

# Keys that parliament's copy of the reference lacks: one that every request of an instance carries, and
# that of tagging at creation. Sources: Amazon EC2 User Guide, "Example policies", ec2:SourceInstanceARN;
# Elastic Load Balancing User Guide, "Grant permission to tag resources during creation".
_KNOWN = ("Unknown condition ec2:SourceInstanceARN ", "Unknown condition elasticloadbalancing:CreateAction ")


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:
    """Every identity policy in the template, wherever it stands."""
    for path, policy in walk(parse(disk)):
        if path[-1:] == ("PolicyDocument",) and isinstance(policy, dict):
            for index, issue, what in faults(_plain(policy, cluster.region)):
                where = (*path, "Statement", index) if index is not None else path
                if issue == "resource-star" and at(policy, "Statement", index or 0, "Resource") != "*":
                    continue  # A reference whose value nobody knows yet.
                yield Finding("error", f"iam-{issue}", place(disk, where), what, "Mend the policy.")


def faults(policy: dict[str, Any]) -> Iterator[tuple[int | None, str, str]]:
    """What parliament has against a policy: statement (None: the whole), its name for it, what it says."""
    parliament = _parliament()
    statements = policy.get("Statement")
    statements = statements if isinstance(statements, list) else [statements]
    # A statement on each line, so that a finding's line names it.
    lines = ",\n".join(map(json.dumps, statements))
    empty = '"Statement": null'
    text = json.dumps({**policy, "Statement": None}).replace(empty, f'"Statement": [\n{lines}\n]')
    try:
        found = parliament.analyze_policy_string(text).findings
    except Exception as error:  # noqa: BLE001 (it fails in many ways on what is no policy at all)
        yield None, "unreadable", f"this is not a policy that can be read: {error}"
        return
    for finding in found:
        line = finding.location.get("line") if isinstance(finding.location, dict) else None
        what = parliament.enhance_finding(finding).title
        detail = finding.detail
        if finding.issue == "RESOURCE_MISMATCH":
            missing = [item for item in detail if not _allowed_elsewhere(item, statements)]
            if not missing:
                continue
            detail = ", ".join(f"{item['action']} needs {item['required_format']}" for item in missing)
        if str(detail).startswith(_KNOWN):
            continue
        yield (
            line - 2 if line is not None and 2 <= line < len(statements) + 2 else None,
            finding.issue.lower().replace("_", "-"),
            f"{what}: {detail}" if detail else what,
        )


def _allowed_elsewhere(mismatch: dict[str, str], statements: Sequence[Any]) -> bool:
    """Whether the resource that an action lacks in one statement stands in another one.

    A call on two resources may need two statements, as CreateSecurityGroup on its VPC.
    """
    parliament = _parliament()
    return any(
        mismatch["action"] in _listed(statement, "Action")
        and parliament.is_arn_match("", mismatch["required_format"], resource)
        for statement in statements
        for resource in _listed(statement, "Resource")
    )


def _listed(statement: Any, element: str) -> list[str]:
    value = at(statement, element)
    return value if isinstance(value, list) else [value]


def _plain(value: Any, region: str) -> Any:
    """A policy with CloudFormation's functions replaced by what they give, `*` where only AWS knows."""
    if isinstance(value, list):
        return [_plain(item, region) for item in value]
    match value:
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            return _substituted(text, region)
        case {"Ref": str(name)}:
            return _substituted(f"${{{name}}}", region)
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return "*"
        case dict():
            return {key: _plain(item, region) for key, item in value.items()}
    return value


def _substituted(text: str, region: str) -> str:
    account = "123456789012"
    known = {
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::AccountId": account,
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/name/id",
    }
    first = re.match(r"\$\{([^!}]+)\}", text)
    if first and first[1] not in known:
        return "*"
    text = re.sub(r"\$\{([^!}]+)\}", lambda name: known.get(name[1], "*"), text)
    return text.replace("${!", "${")


@cache
def _parliament() -> Any:
    # It finds its own data with pkg_resources, which setuptools does not have any more.
    finder = ModuleType("pkg_resources")
    finder.__dict__["resource_filename"] = lambda package, name: str(
        Path(str(sys.modules[package].__file__)).with_name(name)
    )
    sys.modules["pkg_resources"] = finder
    try:
        import parliament
    finally:
        del sys.modules["pkg_resources"]
    return parliament
