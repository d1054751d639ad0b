"""kube-aws as a process, in a folder that is rendered once for all tests."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.embedded_aws import Account, EmbeddedAws

NUMBER = "303293004898"
NAME = "particule-k8s-clust"
KEY_ARN = f"arn:aws:kms:eu-west-1:{NUMBER}:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"


@dataclass(frozen=True)
class Article:
    """The article's cluster: its folder, and its account with what it takes for granted."""

    folder: Path
    account: Account
    aws: EmbeddedAws

    def run(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command whose AWS is the account; without a terminal."""
        return subprocess.run(
            self.words(*words),
            env=options.pop("env", self.account.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            self.words(*words),
            env=self.account.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "kube_aws", "-C", str(self.folder), *words]

    def stack(self) -> dict[str, Any]:
        """The stack as any other client sees it."""
        (found,) = self.account.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
        return dict(found)

    def stacks(self) -> list[str]:
        """Names and states of all stacks that are not gone."""
        found = self.account.client("cloudformation").describe_stacks()["Stacks"]
        return [f"{stack['StackName']} {stack['StackStatus']}" for stack in found]

    def template(self) -> dict[str, Any]:
        """The stack's template, as it was sent."""
        answer = self.account.client("cloudformation").get_template(StackName=NAME)
        return dict(answer["TemplateBody"])

    def physical(self, name: str) -> str:
        """The id of a resource of the stack."""
        answer = self.account.client("cloudformation").describe_stack_resource(
            StackName=NAME, LogicalResourceId=name
        )
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def instances(self) -> list[str]:
        """The controller's id, then the workers'."""
        found = self.account.client("ec2").describe_instances()["Reservations"]
        every = [one for reservation in found for one in reservation["Instances"]]
        return [one["InstanceId"] for one in sorted(every, key=lambda one: _role(one["Tags"]))]


def _role(tags: list[dict[str, str]]) -> str:
    return next(tag["Value"] for tag in tags if tag["Key"] == "kube-aws:role")


def account(aws: EmbeddedAws) -> Account:
    """The article's account, emptied, with its KMS key, key pair and zone."""
    return aws.account(NUMBER, key_arn=KEY_ARN, key_pair="klefevre-sorrow", hosted_zone="particule.io")
