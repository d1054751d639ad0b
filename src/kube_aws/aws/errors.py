"""What botocore's errors mean for the person who called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"}
)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId"}
)
_UNSIGNED = frozenset({"SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignatureException"})


def code(error: ClientError) -> str:
    """AWS's code of an error, as `AccessDenied`."""
    return error.response.get("Error", {}).get("Code", "")


def message(error: ClientError) -> str:
    """AWS's own words."""
    return error.response.get("Error", {}).get("Message", "") or str(error)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what botocore raises inside into a UserError with the next step."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _answered(error) from error
    except BotoCoreError as error:
        raise _unanswered(error) from error


def _answered(error: ClientError) -> UserError:
    said, kind = message(error), code(error)
    if kind in _EXPIRED:
        return UserError(
            "the AWS session has expired", "Sign in again (aws sso login, or new AWS_* variables)."
        )
    if kind in _UNKNOWN:
        return UserError(f"AWS does not know these credentials: {said}", _WHERE_CREDENTIALS)
    if kind in _UNSIGNED:
        return UserError(
            f"AWS does not accept the signature: {said}", "Compare the secret key, and this machine's clock."
        )
    if kind in DENIED:
        return UserError(
            f"AWS refused {error.operation_name}: {said}",
            "docs/operator-policy.json holds the permissions that an operator needs.",
        )
    if kind in THROTTLED:
        return UserError(
            f"AWS throttles {error.operation_name}: {said}", "Wait a minute; the same command goes on."
        )
    return UserError(f"{error.operation_name} failed: {said} ({kind})")


def _unanswered(error: BotoCoreError) -> UserError:
    from botocore import exceptions

    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return UserError(f"no AWS credentials: {error}", _WHERE_CREDENTIALS)
        case (
            exceptions.TokenRetrievalError()
            | exceptions.SSOTokenLoadError()
            | exceptions.UnauthorizedSSOTokenError()
            | exceptions.CredentialRetrievalError()
        ):
            return UserError(f"the AWS credentials cannot be had: {error}", "Sign in again (aws sso login).")
        case exceptions.NoRegionError():
            return UserError("no AWS region is named", "Give --region, or set AWS_REGION.")
        case exceptions.InvalidRegionError():
            return UserError(str(error), "A region is named like eu-west-1.")
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            return UserError(
                f"AWS cannot be reached: {error}",
                "Look at the network, HTTPS_PROXY, AWS_ENDPOINT_URL and the region's name.",
            )
    return UserError(f"the AWS client failed: {error}")


_WHERE_CREDENTIALS = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws with --profile."
)
