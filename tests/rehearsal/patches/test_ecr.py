"""The call that shows where moto's ECR is not AWS's."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

from tests.embedded_aws import EmbeddedAws


def test_a_token_for_the_registry_is_valid_for_twelve_hours(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    (given,) = account.client("ecr").get_authorization_token()["authorizationData"]
    left = given["expiresAt"] - datetime.now(UTC)
    assert timedelta(hours=11) < left <= timedelta(hours=12)
    assert b64decode(given["authorizationToken"]).startswith(b"AWS:")
    assert given["proxyEndpoint"] == f"https://{account.id}.dkr.ecr.eu-west-1.amazonaws.com"
