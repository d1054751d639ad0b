"""A token for ECR is valid."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from kube_aws.rehearsal.mirror.sites import ECR_PASSWORD

_VALID = timedelta(hours=12)
"""Source: ECR API Reference, GetAuthorizationToken."""


def ecr_authorization() -> None:
    """Give a token that the world's registries take, for twelve hours; moto's ended in 2015."""

    def token(response: Any) -> ActionResult:
        data = {
            "authorizationToken": b64encode(f"AWS:{ECR_PASSWORD}".encode()).decode(),
            "expiresAt": datetime.now(UTC) + _VALID,
            "proxyEndpoint": f"https://{response.current_account}.dkr.ecr.{response.region}.amazonaws.com",
        }
        return ActionResult({"authorizationData": [data]})

    ECRResponse.get_authorization_token = token
