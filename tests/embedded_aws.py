"""The embedded AWS as tests see it. Tests that change the world take an account of their own:

def test_something(embedded_aws):
    account = embedded_aws.account(region="eu-west-1", key_pair="me", hosted_zone="example.com")
    account.client("ec2").describe_vpcs()
    subprocess.run([...], env=account.env)

An account that a file names (the article's) is emptied first: embedded_aws.account("303293004898", ...).
"""

import itertools
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from kube_aws.rehearsal.process import Server

_numbers = itertools.count(100000000001)


@dataclass(frozen=True)
class Identity:
    """An access key of someone in an account."""

    access_key_id: str
    secret_access_key: str
    token: str | None = None


@dataclass(frozen=True)
class Account:
    """An account, its operator, and clients that act as the operator unless told otherwise."""

    server: Server
    id: str
    region: str
    operator: Identity

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command whose AWS this is, and whose instances do not boot."""
        return self.env_of(self.operator)

    def env_of(self, identity: Identity) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env |= {
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_ACCESS_KEY_ID": identity.access_key_id,
            "AWS_SECRET_ACCESS_KEY": identity.secret_access_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "NO_PROXY": "127.0.0.1",
            "KUBE_AWS_NO_NODES": "1",
        }
        return env | ({"AWS_SESSION_TOKEN": identity.token} if identity.token else {})

    def client(self, service: str, identity: Identity | None = None) -> Any:
        """A boto3 client, the same one each time."""
        return _client(self.server.endpoint, self.region, identity or self.operator, service)

    def user(self, name: str, *policies: dict[str, Any]) -> Identity:
        """A new IAM user with these inline policies."""
        import json

        iam = self.client("iam")
        iam.create_user(UserName=name)
        for number, policy in enumerate(policies):
            iam.put_user_policy(
                UserName=name, PolicyName=f"policy-{number}", PolicyDocument=json.dumps(policy)
            )
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Identity(key["AccessKeyId"], key["SecretAccessKey"])

    def instance(self, instance_id: str) -> Identity:
        """The identity of a node: what its metadata service gives it."""
        given = self.server.ask(
            "instance_credentials", account=self.id, region=self.region, instance=instance_id
        )
        return Identity(given["access_key_id"], given["secret_access_key"], given["token"])


@cache
def _client(endpoint: str, region: str, who: Identity, service: str) -> Any:
    """A client that tries a call once, so that an error is seen as it comes."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=who.access_key_id,
        aws_secret_access_key=who.secret_access_key,
        aws_session_token=who.token,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


@dataclass(frozen=True)
class EmbeddedAws:
    """The running server."""

    server: Server

    @property
    def endpoint(self) -> str:
        return self.server.endpoint

    def account(self, id: str | None = None, *, region: str = "eu-west-1", **world: Any) -> Account:  # noqa: A002
        """An account where only its operator and `world` exist: key_arn, key_pair, hosted_zone, vpc_id,
        vpc_cidr, route_table_id (rehearsal/api/control.py)."""
        number = id or str(next(_numbers))
        self.faults()
        self.server.ask("reset", account=number)
        made = self.server.ask("world", account=number, region=region, **world)
        return self.known(number, region, made)

    def known(self, id: str, region: str, made: dict[str, Any]) -> Account:  # noqa: A002
        """An account as it is; `made` is what the control operation `world` answered."""
        return Account(self.server, id, region, Identity(made["access_key_id"], made["secret_access_key"]))

    def faults(self, *faults: dict[str, Any], **of_stacks: Any) -> None:
        """Set what goes wrong (rehearsal/api/control.py); without arguments, all goes well again."""
        self.server.ask("faults", faults=list(faults), **of_stacks)

    def held(self, timeout: float = 10) -> list[str]:
        """Wait for a call that a `hold` fault holds."""
        held: list[str] = self.server.ask("held", timeout=timeout)["held"]
        return held

    def calls(self, since: int = 0) -> list[dict[str, Any]]:
        """The calls so far: action, identity, time, error, via."""
        calls: list[dict[str, Any]] = self.server.ask("calls", since=since)["calls"]
        return calls
