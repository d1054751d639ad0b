"""A StatefulSet's pod whose volumes the EBS driver makes (keeper.yaml), as Kubernetes and EC2 have them."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.rehearsed.world import World

from kube_aws.release.lock import NO_IMAGE

MANIFEST = Path(__file__).with_name("keeper.yaml")
DATA, XFS = "data-keeper-0", "xfs-keeper-0"
"""Its claims: of the default class, and with the other file system."""


def skip_without_driver(cluster: World) -> None:
    """Leave out a test where the EBS driver's images can be had from nowhere; the cluster is rendered."""
    if NO_IMAGE in (cluster.folder / "release.lock").read_text():
        pytest.skip("the EBS driver's images are neither official here nor imported")


def kept(cluster: World) -> str:
    """What the pod's volumes have; nothing while the pod does not run."""
    files = ("/data/first", "/xfs/first")
    return cluster.kubectl("exec", "-n", "volumes", "keeper-0", "--", "cat", *files, check=False)


def instance(cluster: World) -> str:
    """The instance that the pod is on; nothing while it is on none."""
    pod, nodes = (
        json.loads(cluster.kubectl("get", what, "-n", "volumes", "-o", "json", "--ignore-not-found") or "{}")
        for what in ("pod/keeper-0", "nodes")
    )
    on = pod.get("spec", {}).get("nodeName")
    providers = {one["metadata"]["name"]: one["spec"]["providerID"] for one in nodes["items"]}
    return str(providers.get(on, "")).rpartition("/")[2]


def volumes(cluster: World) -> dict[str, dict[str, Any]]:
    """What the driver made, as EC2 describes it, by claim."""
    made = {"Name": "tag:ebs.csi.aws.com/cluster", "Values": ["true"]}
    found = cluster.account.client("ec2").describe_volumes(Filters=[made])["Volumes"]
    return {tags(one)["kubernetes.io/created-for/pvc/name"]: one for one in found}


def tags(volume: dict[str, Any]) -> dict[str, str]:
    """A volume's tags, by key."""
    return {tag["Key"]: tag["Value"] for tag in volume["Tags"]}
