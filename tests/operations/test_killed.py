"""`up` and `destroy` killed after every answer from AWS and before every rename, and run again."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.artefacts.cluster_folder import contents
from tests.embedded_aws import EmbeddedAws
from tests.kubernetes import cluster_api
from tests.kubernetes.cluster_api import serving
from tests.operations import killed
from tests.operations.command import NAME, Article, account
from tests.operations.made_by_kubernetes import everything, maker

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


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


def fresh(rendered: Path, tmp_path: Path, aws: EmbeddedAws) -> Article:
    """The article's folder with the small stack in it, and an emptied account."""
    folder = tmp_path / "cluster"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(rendered, folder)
    (folder / "stack-template.json").write_text(json.dumps(SMALL))
    return Article(folder, account(aws), aws)


def test_up_killed_anywhere_and_run_again_comes_to_the_same_end(
    runner: Runner, rendered: Path, tmp_path: Path, embedded_aws: EmbeddedAws
):
    article = fresh(rendered, tmp_path, embedded_aws)
    untouched = contents(article.folder)
    moment = 0
    while (first := runner.run(article, "up", moment=moment))["status"] == killed.KILLED:
        moment += 1
        if contents(article.folder) == untouched and article.stacks() == []:
            continue  # nothing has happened yet, so that running again is running it first
        second = runner.run(article, "up")
        assert second["status"] == 0, (moment, second["stderr"])
        assert article.stacks() == [f"{NAME} CREATE_COMPLETE"], moment
        assert contents(article.folder).keys() - untouched.keys() == {"credentials/sealed.json"}, moment
        third = runner.run(article, "up")
        assert "exists already, as it is in this folder" in third["stderr"], (moment, third["stderr"])
        article = fresh(rendered, tmp_path, embedded_aws)
    assert first["status"] == 0, first["stderr"]
    assert moment > 20


def test_destroy_killed_anywhere_and_run_again_comes_to_the_same_end(
    runner: Runner, rendered: Path, tmp_path: Path, embedded_aws: EmbeddedAws
):
    """With what Kubernetes made, whose API goes with the stack: it is asked once, or not at all."""

    def created() -> tuple[Article, dict[str, set[str]]]:
        article = fresh(rendered, tmp_path, embedded_aws)
        nothing = everything(article.account)
        cloudformation = article.account.client("cloudformation")
        cloudformation.create_stack(StackName=NAME, TemplateBody=json.dumps(SMALL))
        made = cloudformation.get_waiter("stack_create_complete")
        made.wait(StackName=NAME, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})
        make = maker(article)
        make.network("n1", "default/shop")
        make.record("shop.particule.io", NAME)
        api.services = [cluster_api.service("shop")]
        api.volumes = [cluster_api.volume(make.volume("data"), "Delete")]
        return article, nothing

    with serving(rendered / "credentials", "k8s.particule.io") as api:
        api.cleans_up = lambda _: None
        article, nothing = created()
        before = everything(article.account)
        moment = 0
        destroy = ("destroy", "--yes")
        while (first := runner.run(article, *destroy, moment=moment, env=api.env))["status"] == killed.KILLED:
            moment += 1
            if everything(article.account) == before and article.stacks() == [f"{NAME} CREATE_COMPLETE"]:
                continue  # nothing has happened yet
            second = runner.run(article, *destroy, env=api.env if article.stacks() else {})
            assert second["status"] == 0, (moment, second["stderr"])
            assert article.stacks() == []
            assert everything(article.account) == nothing, moment
            assert len(snapshots(article)) == 1
            article, nothing = created()
            before = everything(article.account)
        assert first["status"] == 0, first["stderr"]
        assert everything(article.account) == nothing
    assert moment > 30


def snapshots(article: Article) -> list[str]:
    """The snapshots of the cluster's volumes."""
    found = article.account.client("ec2").describe_snapshots(
        OwnerIds=["self"], Filters=[{"Name": "volume-size", "Values": ["7"]}]
    )["Snapshots"]
    return [snapshot["SnapshotId"] for snapshot in found]
