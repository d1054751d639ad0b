"""Images of ECR: kubelet asks for the password with the worker's role."""

import shutil
import uuid
from collections.abc import Iterator

import pytest
from tests.rehearsed.world import World

from kube_aws.rehearsal.mirror import content


@pytest.fixture
def image(cluster: World) -> Iterator[str]:
    """An image in a registry of the cluster's account: pause, under another name."""
    registry = f"{cluster.server.account}.dkr.ecr.eu-west-1.amazonaws.com"
    sites = content.sites(cluster.state)
    shutil.copytree(sites / "registry.k8s.io/v2/pause", sites / registry / "v2/team/app")
    yield f"{registry}/team/app:3.10.1"
    shutil.rmtree(sites / registry)


def test_a_private_image_is_pulled_with_the_workers_role(cluster: World, image: str) -> None:
    registry, _, rest = image.partition("/")
    asked = cluster.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", f"https://{registry}/v2/")
    assert asked.stdout == "401"
    name = f"private-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("run", name, f"--image={registry}/{rest}", "--restart=Never")
    try:
        cluster.kubectl("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=60s")
    finally:
        cluster.kubectl("delete", "pod", name, "--grace-period=1")
