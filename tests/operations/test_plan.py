"""What `up` decides to do, for every state in which a stack can be."""

import json
from datetime import UTC, datetime

import pytest

from kube_aws.aws.stacks import Stack
from kube_aws.operations.plan import Change, Continue, Create, Remove, Watch, World, plan
from kube_aws.terminal.error import UserError

TEMPLATE = {
    "Resources": {
        "Controller0LaunchTemplate": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Metadata": {"other": "1"},
            "Properties": {"LaunchTemplateData": {"InstanceType": "t3.medium"}},
        },
        "Workers": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"DesiredCapacity": "2"}},
    }
}
BODY = json.dumps(TEMPLATE).encode()


def world(status: str | None, template: object = TEMPLATE, **stack: object) -> World:
    if status is None:
        return World("particule", {"team": "x"})
    told = {
        "id": "arn:stack/particule/1",
        "name": "particule",
        "description": "kube-aws Kubernetes cluster particule",
        "status": status,
        "reason": "",
        "created": datetime(2026, 11, 23, tzinfo=UTC),
        "updated": None,
        "outputs": {},
        "tags": {"team": "x"},
    }
    return World("particule", {"team": "x"}, Stack(**{**told, **stack}), template, "event-7")


def changed(**values: object) -> dict[str, object]:
    copy = json.loads(BODY)
    copy["Resources"]["Controller0LaunchTemplate"].update(values)
    return copy


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (None, [Create]),
        ("REVIEW_IN_PROGRESS", [Remove, Create]),
        ("CREATE_IN_PROGRESS", [Watch]),
        ("CREATE_FAILED", [Continue]),
        ("CREATE_COMPLETE", []),
        ("ROLLBACK_IN_PROGRESS", [Watch]),
        ("ROLLBACK_FAILED", [Remove, Create]),
        ("ROLLBACK_COMPLETE", [Remove, Create]),
        ("DELETE_IN_PROGRESS", [Watch, Create]),
        ("DELETE_FAILED", [Remove, Create]),
        ("UPDATE_IN_PROGRESS", [Watch]),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", [Watch]),
        ("UPDATE_COMPLETE", []),
        ("UPDATE_FAILED", [Continue]),
        ("UPDATE_ROLLBACK_IN_PROGRESS", [Watch]),
        ("UPDATE_ROLLBACK_COMPLETE", []),
        ("IMPORT_COMPLETE", []),
    ],
)
def test_actions_by_the_stack_s_status(status: str | None, kinds: list[type]):
    assert [type(action) for action in plan(BODY, world(status))] == kinds


def test_what_is_created_or_continued_has_the_assembled_bytes_and_the_tags():
    assert plan(BODY, world(None)) == [Create("particule", BODY, {"team": "x"})]
    (action,) = plan(BODY, world("CREATE_FAILED"))
    assert isinstance(action, Continue)
    assert (action.body, action.tags, action.newest_event) == (BODY, {"team": "x"}, "event-7")


def test_a_change_of_metadata_alone_is_applied():
    body = json.dumps(changed(Metadata={"other": "2"})).encode()
    (action,) = plan(body, world("CREATE_COMPLETE"))
    assert isinstance(action, Change)
    assert [str(difference) for difference in action.differences] == [
        "stack-template.json  Controller0LaunchTemplate.Metadata"
    ]


@pytest.mark.parametrize(
    ("body", "stack", "told"),
    [
        (
            changed(Properties={"LaunchTemplateData": {"InstanceType": "t3.large"}}),
            {},
            "Controller0LaunchTemplate.LaunchTemplateData.InstanceType t3.medium → t3.large",
        ),
        (changed(DeletionPolicy="Retain"), {}, "Controller0LaunchTemplate.DeletionPolicy (none) → Retain"),
        (
            {"Resources": {"Workers": TEMPLATE["Resources"]["Workers"]}},
            {},
            "Controller0LaunchTemplate is gone",
        ),
        (TEMPLATE, {"tags": {"team": "y"}}, 'stackTags {"team": "y"} → {"team": "x"}'),
    ],
)
def test_any_other_difference_is_refused_and_named(body: object, stack: dict[str, object], told: str):
    with pytest.raises(UserError) as refused:
        plan(json.dumps(body).encode(), world("CREATE_COMPLETE", **stack))
    assert "comes with a later capability" in refused.value.what
    assert told in refused.value.next_step


def test_metadata_together_with_something_else_is_refused():
    both = changed(Metadata={"other": "2"}, DeletionPolicy="Retain")
    with pytest.raises(UserError, match="later capability"):
        plan(json.dumps(both).encode(), world("UPDATE_COMPLETE"))


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "CREATE_IN_PROGRESS"])
def test_somebody_else_s_stack_of_that_name_is_left_alone(status: str):
    with pytest.raises(UserError, match="not a kube-aws cluster"):
        plan(BODY, world(status, description="the shop"))


def test_a_state_that_needs_a_person_is_named():
    with pytest.raises(UserError, match="UPDATE_ROLLBACK_FAILED"):
        plan(BODY, world("UPDATE_ROLLBACK_FAILED"))
