from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from kube_aws.aws.sealing import seal
from kube_aws.terminal.error import UserError

CONTEXT = {"kube-aws:cluster": "particule-k8s-clust", "kube-aws:role": "worker"}
ARN = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("kms", region_name="eu-west-1")


def test_only_the_same_context_unseals(kms: Any) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    blob = seal(kms, b"token", arn, CONTEXT)
    assert b"token" not in blob
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT)["Plaintext"] == b"token"
    with pytest.raises(ClientError):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext={**CONTEXT, "kube-aws:role": "controller"})


def test_a_key_that_does_not_exist_is_told(kms: Any) -> None:
    with pytest.raises(UserError, match="KMS does not encrypt with key 6d9f59dc…1701") as told:
        seal(kms, b"token", ARN, CONTEXT)
    assert "kmsKeyArn" in told.value.next_step


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("AccessDeniedException", "kms:Encrypt"),
        ("DisabledException", "aws kms enable-key --key-id " + ARN),
        ("KMSInvalidStateException", "aws kms describe-key"),
        ("InvalidKeyUsageException", "symmetric"),
    ],
)
def test_a_refusal_says_what_to_do(kms: Any, code: str, mend: str) -> None:
    with Stubber(kms) as stub:
        stub.add_client_error("encrypt", code, "not allowed")
        with pytest.raises(UserError, match="not allowed") as told:
            seal(kms, b"token", ARN, CONTEXT)
    assert mend in told.value.next_step
