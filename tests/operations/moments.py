"""Commands that are killed at a chosen moment, on a stack that is made in one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.operations import killed
from tests.operations.command import NAME, Article, account

SMALL = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": f"kube-aws Kubernetes cluster {NAME}",
    "Resources": {
        "VPC": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet0": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "VPC"},
                "CidrBlock": "10.0.0.0/24",
                "AvailabilityZone": "eu-west-1a",
            },
        },
        "Controller0LaunchTemplate": {
            "Type": "AWS::EC2::LaunchTemplate",
            "DependsOn": "VPC",
            "Metadata": {"kube-aws:addons": "<userdata/addons>"},
            "Properties": {
                "LaunchTemplateData": {"UserData": {"Fn::Base64": "<userdata/controller>"}},
            },
        },
        "Controller0Volume": {
            "Type": "AWS::EC2::Volume",
            "DeletionPolicy": "Snapshot",
            "Properties": {"AvailabilityZone": "eu-west-1a", "Size": 7},
        },
    },
    "Outputs": {"ControllerIP": {"Value": "192.0.2.1"}},
}
"""A stack that is made in a moment, with all that `up` and `destroy` look at. A person may write it so."""


class Runner:
    """The process that has everything loaded and ends its children at a chosen moment."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, killed.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._read() == "ready\n"

    def run(
        self, article: Article, *words: str, moment: int | None = None, env: dict[str, str] | None = None
    ) -> dict[str, Any]:
        assert self._process.stdin is not None
        request = {
            "environment": article.account.env | (env or {}),
            "words": ["-C", str(article.folder), *words],
            "moment": moment,
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._read())
        return answer

    def close(self) -> None:
        self._process.communicate()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def fresh(rendered: Path, tmp_path: Path, aws: EmbeddedAws) -> Article:
    """The article's folder with the small stack in it, and an emptied account."""
    folder = tmp_path / "cluster"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(rendered, folder)
    (folder / "stack-template.json").write_text(json.dumps(SMALL))
    return Article(folder, account(aws), aws)
