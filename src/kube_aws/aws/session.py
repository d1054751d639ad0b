"""Sessions and clients: the one place where connections to AWS are configured."""

from __future__ import annotations

import functools
import ipaddress
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kube_aws import __version__
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

_creating = threading.Lock()


def session(profile: str | None, region: str | None, debug: bool = False) -> boto3.Session:
    """A session from AWS's usual sources (flags, AWS_* variables, files, instance role).

    With `debug` every call is written to stderr, without its secrets. UserError where
    the profile does not exist.
    """
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        opened = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        known = ", ".join(boto3.Session().available_profiles) or "none"
        raise UserError(f"there is no AWS profile {profile}", f"Profiles here: {known}.") from error
    if debug:
        from kube_aws.aws import wire_log

        wire_log.attach(opened)
    return opened


def client(session: boto3.Session, service: str, attempts: int = 5) -> Any:
    """The session's client for a service, that makes each call up to `attempts` times.

    It is made once, then shared by all threads.
    """
    with _creating:
        return _client(session, service, attempts)


@functools.lru_cache
def _client(session: boto3.Session, service: str, attempts: int) -> Any:
    from botocore.config import Config

    settings = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra=f"kube-aws/{__version__}",
    )
    return session.client(service, config=settings)  # type: ignore[call-overload]


def is_rehearsal(session: boto3.Session) -> bool:
    """Whether CloudFormation is answered from this machine or a private network, so not by AWS."""
    host = urlsplit(client(session, "cloudformation").meta.endpoint_url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_private
