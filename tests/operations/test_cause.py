"""Which of a failed stack's events is the cause, and what a person is told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from kube_aws.aws.stacks import StackEvent
from kube_aws.operations.cause import failure, known, root, words

START = datetime(2026, 11, 23, tzinfo=UTC)


def events(*told: tuple[str, str, str]) -> list[StackEvent]:
    return [
        StackEvent(
            str(number),
            START + timedelta(seconds=number),
            name,
            f"{name}-id",
            "AWS::CloudFormation::Stack" if name == "stack" else f"AWS::EC2::{name}",
            status,
            reason,
            name == "stack",
        )
        for number, (name, status, reason) in enumerate(told)
    ]


def test_the_first_real_failure_is_the_cause_not_what_was_cancelled_before_it():
    found = root(
        events(
            ("stack", "CREATE_IN_PROGRESS", "User Initiated"),
            ("VPC", "CREATE_COMPLETE", ""),
            ("Route", "CREATE_FAILED", "Resource creation cancelled"),
            ("EIP", "CREATE_FAILED", "The maximum number of addresses has been reached."),
            ("Subnet", "CREATE_FAILED", "Resource creation cancelled"),
            ("Volume", "CREATE_FAILED", "Volume limit"),
            ("stack", "CREATE_FAILED", "The following resource(s) failed to create: [EIP, Route]. "),
        )
    )
    assert [event.logical_id for event in found] == ["EIP", "Volume"]


def test_a_stack_that_fails_by_itself_is_its_own_cause():
    found = root(events(("stack", "CREATE_FAILED", "Stack operation timed out")))
    assert [event.reason for event in found] == ["Stack operation timed out"]


def test_the_message_has_the_resource_first_then_aws_words_cause_mend_and_what_is_there_now():
    error = failure(
        events(
            ("EIP", "CREATE_FAILED", "The maximum number of addresses has been reached."),
            ("Volume", "CREATE_FAILED", "Volume limit"),
        ),
        "created",
        '"kube-aws up" continues from here',
        "12 of 31 resources exist",
    )
    assert error.what == "EIP (AWS::EC2::EIP) was not created"
    assert error.next_step.splitlines() == [
        "said    The maximum number of addresses has been reached.",
        "cause   the region's elastic addresses are used up",
        "mend    release one, or raise quota L-0263D0A3 (Service Quotas, EC2)",
        "also    failed beside it: Volume",
        'then    "kube-aws up" continues from here',
        "now     12 of 31 resources exist",
    ]


def test_a_rollback_without_a_reason_is_told_plainly():
    error = failure(events(("stack", "ROLLBACK_COMPLETE", "")), "created", "again", "nothing")
    assert error.what == "the stack was not created"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            (
                'Resource handler returned message: "The specified instance type is not eligible for Free'
                ' Tier. For a list of Free Tier instance types, …"'
            ),
            "only a few instance types",
        ),
        (
            (
                "Group did not stabilize. Last scaling activity: You have requested more vCPU capacity than"
                " your current vCPU limit of 5 allows …. Launching EC2 instance failed."
            ),
            "quota for running vCPUs",
        ),
        (
            (
                "Group did not stabilize. Last scaling activity: We currently do not have sufficient t2.small"
                " capacity in the Availability Zone you requested (eu-west-1a). Launching …"
            ),
            "no such instances left",
        ),
        (
            (
                "User: arn:aws:iam::1:user/y is not authorized to perform: iam:CreateRole on resource: z"
                " with an explicit deny in a service control policy"
            ),
            "the organization forbids it",
        ),
        (
            (
                "User: arn:aws:iam::1:user/y is not authorized to perform: iam:CreateRole because no"
                " permissions boundary allows the iam:CreateRole action"
            ),
            "permissions boundary",
        ),
        (
            "User: arn:aws:iam::1:user/y is not authorized to perform: iam:CreateRole on resource: z",
            "lacks a permission",
        ),
        (
            "[Tried to create resource record set [name='k8s.a.io.', type='A'] but it already exists]",
            "is taken in the hosted zone",
        ),
        ("The image id '[ami-0123456789abcdef0]' does not exist", "withdrawn"),
        ("The key pair 'klefevre-sorrow' does not exist", "no key pair"),
        ("The CIDR '10.0.0.0/24' conflicts with another subnet", "already has these addresses"),
        ("resource sg-1 has a dependent object (Status Code: 400)", "the stack did not make"),
        ("The vpc 'vpc-1' has dependencies and cannot be deleted.", "the stack did not make"),
        ("Interface: [eni-1] in use. Launching EC2 instance failed.", "former instance"),
    ],
)
def test_reasons_that_aws_is_known_to_give_come_with_their_cause(said: str, cause: str):
    entry = known(said)
    assert entry is not None
    assert cause in entry.cause


def test_an_unknown_reason_is_given_in_aws_words_alone():
    assert known("Something nobody has met") is None


def test_what_cloudformation_wraps_around_a_reason_is_left_out():
    reason = (
        'Resource handler returned message: "The maximum number of addresses has been reached. (Service: Ec2,'
        ' Status Code: 400, Request ID: 1) (SDK Attempt Count: 1)" (RequestToken: 2, HandlerErrorCode: X)'
    )
    assert words(reason) == "The maximum number of addresses has been reached."
    assert words("Resource creation timed out") == "Resource creation timed out"
