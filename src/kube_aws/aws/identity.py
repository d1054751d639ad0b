"""Who is calling, in which account: the first line of every command that writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kube_aws.aws.errors import DENIED, code
from kube_aws.aws.session import client

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, slots=True)
class Identity:
    """The account's number and alias (None: it has none, or may not be read), region, caller's ARN."""

    account: str
    alias: str | None
    region: str
    arn: str

    @property
    def name(self) -> str:
        """`role/operator`, `user/kevin` or `root`; a session's own name is left out.

        Source: AWS, "IAM identifiers": arn:aws:sts::123456789012:assumed-role/operator/session.
        """
        resource = self.arn.split(":", 5)[-1]
        kind, _, rest = resource.partition("/")
        return f"role/{rest.split('/')[0]}" if kind == "assumed-role" else resource

    def __str__(self) -> str:
        alias = f" ({self.alias})" if self.alias else ""
        return f"Account {self.account}{alias}, {self.region}, as {self.name}"


def identity(session: boto3.Session) -> Identity:
    """Ask STS and IAM. What botocore raises passes through."""
    from botocore.exceptions import ClientError

    caller = client(session, "sts").get_caller_identity()
    try:
        aliases = client(session, "iam").list_account_aliases()["AccountAliases"]
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        aliases = []
    return Identity(caller["Account"], next(iter(aliases), None), session.region_name, caller["Arn"])
