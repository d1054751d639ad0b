"""The article's first half, on machines: from `up` to `get nodes`."""

import json
import re

from tests.rehearsed.world import World


def test_all_nodes_are_ready_and_named_like_the_articles(cluster: World) -> None:
    lines = cluster.kubectl("get", "nodes", "--no-headers").splitlines()
    assert len(lines) == 3
    for line in lines:
        name, status, *_ = line.split()
        assert re.fullmatch(r"ip-10-0-0-\d+\.eu-west-1\.compute\.internal", name)
        assert status == "Ready"


def test_status_says_the_same(cluster: World) -> None:
    told = json.loads(cluster.run("kube-aws", "status", "-o", "json").stdout)
    assert told["ready"]
    assert [node["boot"] for node in told["nodes"]] == ["7/7 ready", "4/4 ready", "4/4 ready"]
