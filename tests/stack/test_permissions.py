"""Each role may do what runs with it does, and what no test needs is not in its policy.

The tables of calls stand in permissions/, one for each program. A policy is judged by the evaluator of the
embedded AWS: as it is rendered, and once with each thing less.
"""

import json
import re
from types import ModuleType
from typing import Any

import pytest
from tests.checks.nodes import ARTICLE
from tests.scenarios.scenario import lock
from tests.stack.permissions import (
    cloud_controller_manager,
    controllers,
    ebs_csi_driver,
    external_dns,
    snapshots,
    trust,
    workers,
)
from tests.stack.permissions.mutations import Statement, allowed, mutations, needless

from kube_aws.cluster.model import AddOns, Cluster
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.policy import Decision, decide
from kube_aws.stack.template import template

TABLES: dict[str, list[ModuleType]] = {
    "IAMRoleController": [controllers, cloud_controller_manager, external_dns, ebs_csi_driver],
    "IAMRoleWorker": [workers],
    "IAMRoleSnapshots": [snapshots],
    "IAMRoleSnapshots, trust": [trust],
}
# Every statement that there is: the article's, and what taking an address needs.
FULL = ARTICLE.model_copy(update={"controller_address": "assigned"})
# Without add-ons, whose statements allow some of what controllers themselves need.
BARE = FULL.model_copy(update={"addons": AddOns.model_validate({"aws-ebs-csi-driver": {"enabled": False}})})
RESOLVED = {"AWS::AccountId": "303293004898", "AWS::URLSuffix": "amazonaws.com", "VPC": "vpc-1"}


def policies(cluster: Cluster = FULL) -> dict[str, list[Statement]]:
    """The statements of each role's policy, and of what says who may take the role, where that is bound."""
    found = {}
    for name, resource in json.loads(template(cluster, lock()))["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            role = _resolved(resource["Properties"])
            (policy,) = role["Policies"]
            found[name] = policy["PolicyDocument"]["Statement"]
            trusted = role["AssumeRolePolicyDocument"]["Statement"]
            if any("Condition" in statement for statement in trusted):
                found[f"{name}, trust"] = trusted
    return found


def table(role: str) -> list[Access]:
    return [one for each in TABLES[role] for one in (*each.DOES, *each.NEVER)]


def test_every_role_has_its_tables() -> None:
    assert set(policies()) == set(TABLES)


@pytest.mark.parametrize("role", TABLES)
def test_a_role_may_do_what_is_done_with_it_and_no_more(role: str) -> None:
    does = [one for each in TABLES[role] for one in each.DOES]
    never = [one for each in TABLES[role] for one in each.NEVER]
    may = allowed(policies()[role], table(role))
    assert [one for one in does if one not in may] == []
    assert [one for one in never if one in may] == []


@pytest.mark.parametrize("role", TABLES)
def test_everything_in_a_policy_is_needed(role: str) -> None:
    """What is named here changes nothing for any access of the tables: take it from the policy, or say in a
    table of permissions/ which call needs it or which attempt it refuses."""
    bare = policies(BARE)[role]
    needed_by_bare = {what for what, _ in mutations(bare)} - {*needless(bare, table(role))}
    assert [one for one in needless(policies()[role], table(role)) if one not in needed_by_bare] == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (
            {"Sid": "More", "Effect": "Allow", "Action": "ec2:DescribeKeyPairs", "Resource": "*"},
            "More: without Action ec2:DescribeKeyPairs",
        ),
        (
            {
                "Sid": "More",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": "303293004898"}},
            },
            "More: without StringEquals aws:SourceAccount",
        ),
    ],
)
def test_what_nothing_needs_is_named(more: Statement, named: str) -> None:
    assert named in needless([*policies()["IAMRoleWorker"], more], table("IAMRoleWorker"))


@pytest.mark.parametrize(
    ("keys", "gone"),
    [
        ({"controller_address": "interface"}, "TakeAddress"),
        ({"hosted_zone": "", "create_record_set": False}, "Names"),
        ({"addons": AddOns.model_validate({"external-dns": {"enabled": False}})}, "Names"),
        (
            {"addons": AddOns.model_validate({"aws-cloud-controller-manager": {"enabled": False}})},
            ("Cloud", "Volumes"),
        ),
        ({"addons": AddOns.model_validate({"aws-ebs-csi-driver": {"enabled": False}})}, "Volumes"),
    ],
)
def test_what_a_cluster_does_without_is_not_allowed(
    keys: dict[str, object], gone: str | tuple[str, ...]
) -> None:
    statements = policies(FULL.model_copy(update=keys))["IAMRoleController"]
    all_of_them = policies()["IAMRoleController"]
    assert statements == [one for one in all_of_them if not one["Sid"].startswith(gone)]
    assert statements != all_of_them


def test_the_apis_name_stays_when_it_is_the_zones_own() -> None:
    own = policies(FULL.model_copy(update={"external_dns_name": ARTICLE.hosted_zone}))
    assert decide(own["IAMRoleController"], external_dns.change(ARTICLE.hosted_zone)) is Decision.DENIED


def _resolved(value: Any) -> Any:
    match value:
        case {"Ref": str(name)}:
            return RESOLVED[name]
        case {"Fn::Sub": [str(text), dict(more)]}:
            return _substituted(text, RESOLVED | _resolved(more))
        case {"Fn::Sub": str(text)}:
            return _substituted(text, RESOLVED)
        case dict():
            return {key: _resolved(item) for key, item in value.items()}
        case list():
            return [_resolved(item) for item in value]
    return value


def _substituted(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\$\{([^!}]+)\}", lambda name: known[name[1]], text).replace("${!", "${")
