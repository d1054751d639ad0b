"""What a service answers when a thing is not there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from botocore.exceptions import ClientError

Answer = TypeVar("Answer")

_CODES = (
    "NoSuchEntity",
    "NoSuchHostedZone",
    "ResourceNotFoundException",
    "InvalidLaunchTemplateId.NotFoundException",
    "InvalidLaunchTemplateName.NotFoundException",
)


def is_missing(error: ClientError) -> bool:
    """Whether a service says that what it was asked about does not exist."""
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", "")
    return (
        code in _CODES
        or code.endswith(("NotFound", ".Malformed"))
        or (code in ("InvalidChangeBatch", "ValidationError") and "not found" in message)
    )


def unless_missing(ask: Callable[[], Answer]) -> Answer | None:
    """Return what `ask` does, or None where the service says that there is no such thing."""
    try:
        return ask()
    except ClientError as error:
        if is_missing(error):
            return None
        raise


@contextmanager
def missing_is_fine() -> Iterator[None]:
    """Pass over a service's answer that there is no such thing (any more)."""
    try:
        yield
    except ClientError as error:
        if not is_missing(error):
            raise
