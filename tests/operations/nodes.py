"""Nodes that boot as a test tells them to: instances of the embedded AWS, and an API with the cluster's own
authority behind a proxy.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kubernetes.cluster_api import ClusterApi, daemon_set, deployment, node, serving
from tests.operations.command import Article


class Nodes:
    """The article's instances, which tell what a test wants."""

    def __init__(self, article: Article, api: ClusterApi) -> None:
        self.article, self.api = article, api
        self.env = {**article.account.env, **api.env}
        del self.env["KUBE_AWS_NO_NODES"]

    def tell(self, *boots: str) -> None:
        """Each tells its stage, with its own role."""
        for instance, boot in zip(self.article.instances(), boots, strict=True):
            ec2 = self.article.account.client("ec2", self.article.account.instance(instance))
            ec2.create_tags(Resources=[instance], Tags=[{"Key": "kube-aws:boot", "Value": boot}])

    def join(self) -> None:
        """They are Nodes, all Ready, and two add-ons run."""
        self.api.nodes = [node(f"ip-{number}", one) for number, one in enumerate(self.article.instances())]
        self.api.workloads["daemonsets"] = [daemon_set("flannel", 3, 3)]
        self.api.workloads["deployments"] = [deployment("coredns", 2, 2)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.article.run(*words, env=self.env)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.article.words(*words), env=self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


@contextmanager
def booting(article: Article) -> Iterator[Nodes]:
    """The article's nodes, and its API, which is not ready yet."""
    with serving(article.folder / "credentials", "k8s.particule.io") as api:
        api.ready = False
        yield Nodes(article, api)


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The notes up to a line with these words."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line.rstrip())
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))
