import json
from pathlib import Path
from typing import Any

import pytest
from tests.checks.stack import CLUSTER, disk, holding, line
from tests.scenarios.scenario import NAMES, cluster, lock

from kube_aws.checks.iam import check, faults
from kube_aws.stack.template import template

OPERATOR = Path(__file__).parents[2] / "docs/operator-policy.json"


@pytest.mark.parametrize("name", NAMES)
def test_parliament_has_nothing_against_what_is_rendered(name: str) -> None:
    assert list(check(holding(template(cluster(name), lock())), cluster(name))) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ({"Action": "ec2:AttachVolumes", "Resource": "*"}, "iam-unknown-action"),
        ({"Action": "ec2:AttachVolume", "Resource": "arn:aws:s3:::bucket"}, "iam-resource-mismatch"),
        (
            {
                "Action": "kms:Decrypt",
                "Resource": "arn:aws:kms:eu-west-1:123456789012:key/1",
                "Condition": {"StringEquals": {"aws:ResourceTags/a": "b"}},
            },
            "iam-unknown-condition-for-action",
        ),
    ],
)
def test_a_statement_that_allows_nothing_is_told_at_its_place(
    statement: dict[str, object], rule: str
) -> None:
    def edit(stack: dict[str, Any]) -> None:
        (policy,) = stack["Resources"]["IAMRoleWorker"]["Properties"]["Policies"]
        policy["PolicyDocument"]["Statement"].append({"Sid": "Mine", "Effect": "Allow", **statement})

    (finding,) = check(disk(edit), CLUSTER)
    assert finding.id == rule
    assert finding.place.resource == "IAMRoleWorker"
    assert finding.place.line is not None
    assert line(disk(edit), finding.place.line + 1) == '"Sid": "Mine",'


@pytest.mark.parametrize(
    "resource",
    [
        {"Fn::GetAtt": ["VPC", "Arn"]},
        {"Ref": "Mine"},
        {"Ref": "AWS::StackId"},
        {"Fn::Sub": "${Mine.Arn}/*"},
        {"Fn::Join": [":", ["arn", "aws"]]},
    ],
)
def test_what_only_aws_knows_is_no_fault(resource: object) -> None:
    def edit(stack: dict[str, Any]) -> None:
        (policy,) = stack["Resources"]["IAMRoleWorker"]["Properties"]["Policies"]
        statement = {"Effect": "Allow", "Action": "cloudformation:DescribeStackEvents", "Resource": resource}
        policy["PolicyDocument"]["Statement"].append(statement)

    assert list(check(disk(edit), CLUSTER)) == []


@pytest.mark.parametrize(
    "policy", [{}, {"Statement": 3}, {"Statement": {}}, {"Statement": [3]}, {"Statement": [{"Action": 3}]}]
)
def test_a_broken_policy_ends_in_a_finding(policy: object) -> None:
    def edit(stack: dict[str, Any]) -> None:
        stack["Resources"]["IAMRoleWorker"]["Properties"]["Policies"][0]["PolicyDocument"] = policy

    assert {finding.place.resource for finding in check(disk(edit), CLUSTER)} == {"IAMRoleWorker"}


def test_the_operators_policy_is_sound_and_fits_one_managed_policy() -> None:
    policy = json.loads(OPERATOR.read_text())
    named = OPERATOR.read_text().replace("CLUSTER", "a-cluster-with-quite-a-long-name")
    assert len(json.dumps(json.loads(named), separators=(",", ":"))) <= 6144
    # Younger than parliament's list of actions.
    policy["Statement"][0]["Action"].remove("freetier:GetAccountPlanState")
    found = {(policy["Statement"][index or 0]["Sid"], issue) for index, issue, _ in faults(policy)}
    # Reading is allowed everywhere; parliament wants a health check too where a hosted zone is tagged.
    assert found == {("Look", "resource-star"), ("Names", "resource-mismatch")}


def test_the_operator_changes_things_through_cloudformation_or_of_the_clusters_tag() -> None:
    policy = json.loads(OPERATOR.read_text())
    alone = {
        "CreateStack",
        "UpdateStack",
        "DeleteStack",
        "TagResource",
        "UntagResource",
        "Encrypt",
        "PassRole",
    }
    alone |= {"RunInstances", "CreateTags", "CreateServiceLinkedRole"}
    for statement in policy["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        writes = {action.split(":")[1] for action in actions if not action.split(":")[1].startswith(READS)}
        condition = statement.get("Condition", {})
        through = condition.get("ForAnyValue:StringEquals") == {
            "aws:CalledVia": "cloudformation.amazonaws.com"
        }
        tagged = condition.get("StringEquals") == {"aws:ResourceTag/kubernetes.io/cluster/CLUSTER": "owned"}
        if statement["Sid"] == "LeftNames":  # records carry no tags: they are never made or changed
            deletes = condition["ForAllValues:StringEquals"]["route53:ChangeResourceRecordSetsActions"]
            assert (writes, deletes) == ({"ChangeResourceRecordSets"}, "DELETE")
        elif not through and not tagged:
            assert writes <= alone


READS = ("Describe", "Get", "List", "Validate")
