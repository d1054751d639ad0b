"""The KMS key that seals the nodes' credentials."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from kube_aws.aws.errors import DENIED, code
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """It exists, is enabled and symmetric, and its policy lets the nodes' roles use it."""
    arn = given.cluster.kms_key_arn
    try:
        key = given.aws.ask("kms", "describe_key", KeyId=arn)["KeyMetadata"]
    except ClientError as error:
        if code(error) != "NotFoundException":
            raise
        yield given.error("kms-key-missing", "kmsKeyArn", f"there is no KMS key {arn}", _MAKE_ONE)
        return
    if key["KeyState"] != "Enabled":
        yield given.error(
            "kms-key-state",
            "kmsKeyArn",
            f"the KMS key is in state {key['KeyState']}",
            f"aws kms enable-key --key-id {key['KeyId']} (first cancel-key-deletion, if it is to be deleted)",
        )
    if (key["KeyUsage"], key["KeySpec"]) != ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"):
        yield given.error(
            "kms-key-kind",
            "kmsKeyArn",
            f"the KMS key is made for {key['KeyUsage']} ({key['KeySpec']});"
            " sealing needs ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT",
            _MAKE_ONE,
        )
        return
    yield from _policy(given, arn)


def _policy(given: Given, arn: str) -> Iterator[Finding]:
    try:
        answer = given.aws.ask("kms", "get_key_policy", KeyId=arn, PolicyName="default")
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        yield given.warning(
            "kms-key-policy-unread",
            "kmsKeyArn",
            f"{given.identity.name} may not read the key's policy, so that nodes may use it is not sure",
            "Allow kms:GetKeyPolicy, or make sure that the policy delegates to IAM.",
        )
        return
    if not delegates_to_iam(json.loads(answer["Policy"]), arn.split(":")[4]):
        yield given.error(
            "kms-key-policy",
            "kmsKeyArn",
            "the key's policy does not let IAM policies grant kms:Decrypt, which nodes need to unseal",
            'Add to the key\'s policy: {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::'
            f'{given.identity.account}:root"}}, "Action": "kms:Decrypt", "Resource": "*"}}',
        )


def delegates_to_iam(policy: dict[str, Any], account: str) -> bool:
    """Whether a statement allows the account itself kms:Decrypt, without a condition.

    Source: AWS KMS, "Default key policy": only that makes IAM policies count for a key.
    """
    return any(
        statement["Effect"] == "Allow"
        and not statement.get("Condition")
        and any(_is_account(name, account) for name in _list(_principals(statement)))
        and any(
            action in ("kms:*", "kms:Decrypt", "kms:D*", "*") for action in _list(statement.get("Action", []))
        )
        for statement in _list(policy["Statement"])
    )


def _principals(statement: dict[str, Any]) -> Any:
    principal = statement.get("Principal", [])
    return principal.get("AWS", []) if isinstance(principal, dict) else principal


def _is_account(name: str, account: str) -> bool:
    return name in ("*", account) or (name.startswith("arn:") and name.endswith(f":iam::{account}:root"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_MAKE_ONE = "Make a symmetric key with: aws kms create-key"
