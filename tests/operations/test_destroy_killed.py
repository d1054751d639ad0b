"""`destroy` killed after every answer from AWS and before every rename, and run again."""

import json
from pathlib import Path

import pytest
from tests.embedded_aws import EmbeddedAws
from tests.kubernetes import cluster_api
from tests.kubernetes.cluster_api import serving
from tests.operations import killed
from tests.operations.command import NAME, Article
from tests.operations.made_by_kubernetes import everything, maker
from tests.operations.moments import SMALL, Runner, fresh


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def test_destroy_killed_anywhere_and_run_again_comes_to_the_same_end(
    runner: Runner, rendered: Path, tmp_path: Path, embedded_aws: EmbeddedAws, step: int
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
            moment += step
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
