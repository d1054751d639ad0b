"""`status` of a cluster whose nodes boot."""

import json
import re
import time

from tests.kubernetes.cluster_api import deployment, node, pod
from tests.operations.command import Article
from tests.operations.nodes import Nodes


def test_status_of_a_cluster_that_is_not_whole(up: Nodes):
    up.join()
    up.api.ready = True
    up.tell(
        "7/7 ready",
        "FAILED 1/4 downloads: cannot download https://dl.k8s.io/x: curl: (28) Timeout",
        "4/4 ready",
    )
    up.api.nodes[2] = node(
        "ip-3", up.article.instances()[2], ready=False, message="cni plugin not initialized"
    )
    up.api.nodes[2]["status"]["nodeInfo"]["kubeletVersion"] = "v1.36.6"
    up.api.workloads["deployments"] = [deployment("coredns", 2, 0)]
    up.api.pods = [pod("coredns", state={"waiting": {"reason": "ImagePullBackOff", "message": "not found"}})]
    (up.article.folder / "userdata/worker/etc/motd").write_text("hello\n")

    lines = up.run("status").stdout.splitlines()
    assert re.fullmatch(
        r"API             https://k8s\.particule\.io  ok \d+ ms   Kubernetes v1\.37\.2", lines[2]
    )
    header, controller, first, second = lines[4:8]
    assert header.split() == ["NODE", "INSTANCE", "ZONE", "ADDRESS", "BOOT", "READY"]
    assert controller.split()[4:] == ["7/7", "yes"]
    assert first.split()[4] == "FAILED"
    assert second.split()[4:6] == ["4/4", "no"]
    rest = "\n".join(lines[8:])
    assert "1/4 downloads fails: cannot download https://dl.k8s.io/x: curl: (28) Timeout" in rest
    assert "not Ready: cni plugin not initialized" in rest
    assert "kubelet v1.36.6" in rest
    assert "Certificates    admin 364 days; nodes renew by themselves" in rest
    assert "Add-ons         1/2 available\n  coredns 0/2: ImagePullBackOff: not found" in rest
    assert re.search(
        r"Files           not this folder's on worker i-\w+, worker i-\w+: launched with others", rest
    )

    told = json.loads(up.run("status", "-o", "json").stdout)
    assert (told["ready"], told["api"]["version"]) == (False, "v1.37.2")
    assert [one["filesCurrent"] for one in told["nodes"]] == [True, False, False]
    assert [one["ready"] for one in told["nodes"]] == [True, True, False]
    assert told["nodes"][2]["kubelet"] == "v1.36.6"
    assert [one["name"] for one in told["addOns"] if not one["available"]] == ["coredns"]


def test_status_where_nothing_boots(launched: Article):
    told = json.loads(launched.run("status", "-o", "json", "--watch").stdout)
    assert told["ready"] is False  # and so the watching ended
    assert told["stack"]["status"] == "CREATE_COMPLETE"
    assert told["api"]["reason"] == "the name does not resolve"
    assert [node["name"] for node in told["nodes"]] == ["controller-0", "worker", "worker"]
    assert all(re.fullmatch(r"[0-9a-f]{12}", node["files"]) for node in told["nodes"])
    assert [node["filesCurrent"] for node in told["nodes"]] == [True, True, True]
    assert (told["nodes"][0]["ready"], told["addOns"]) == (None, None)


def test_status_watches_until_all_is_ready(up: Nodes):
    up.join()
    up.tell("7/7 ready", "4/4 join", "4/4 ready")
    up.api.ready = True
    process = up.start("status", "--watch", "-o", "json")
    time.sleep(3)
    assert process.poll() is None
    up.tell("7/7 ready", "4/4 ready", "4/4 ready")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.rstrip().endswith("}")
    assert '"ready": true' in out.rpartition("clusterName")[2]


def test_a_clone_cannot_tell_whether_nodes_are_ready(up: Nodes):
    (up.article.folder / "credentials").rename(up.article.folder.parent / "kept")
    watched = up.run("status", "--watch")
    assert watched.returncode == 1
    assert "is told to the admin alone" in watched.stderr
    assert "(not asked: no credentials/ca.pem here)" in watched.stdout
