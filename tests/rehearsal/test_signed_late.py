"""Signatures count for a quarter of an hour: AWS's answers to clocks that are wrong, in each protocol."""

from datetime import UTC, datetime, timedelta

import botocore.auth
import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import EmbeddedAws

CALLS = [("ec2", "describe_vpcs"), ("kms", "list_keys"), ("iam", "list_users")]


def off_by(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    """This process's clock is wrong by so much where it signs."""
    wrong = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: wrong)


@pytest.mark.parametrize(("service", "call", "code"), [
    (*CALLS[0], "RequestExpired"),
    (*CALLS[1], "InvalidSignatureException"),
    (*CALLS[2], "SignatureDoesNotMatch"),
])  # fmt: skip
@pytest.mark.parametrize(("minutes", "says"), [
    (-16, r"Signature expired: \d+T\d+Z is now earlier than \d+T\d+Z \(\d+T\d+Z - 15 min\.\)"),
    (16, r"Signature not yet current: \d+T\d+Z is still later than \d+T\d+Z \(\d+T\d+Z \+ 15 min\.\)"),
])  # fmt: skip
def test_a_wrong_clock_is_refused(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch,
    service: str, call: str, code: str, minutes: int, says: str,
) -> None:  # fmt: skip
    client = embedded_aws.account().client(service)
    off_by(monkeypatch, minutes)
    with pytest.raises(ClientError, match=says if service != "ec2" else "Request has expired") as refused:
        getattr(client, call)()
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("minutes", [-14, 14])
@pytest.mark.parametrize(("service", "call"), CALLS)
def test_a_clock_may_be_somewhat_wrong(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, service: str, call: str, minutes: int
) -> None:
    client = embedded_aws.account().client(service)
    off_by(monkeypatch, minutes)
    getattr(client, call)()
