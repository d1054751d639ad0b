"""The article's commands on an embedded AWS, as processes, with what they print."""

import json
import re

from tests.operations.command import NAME, Article
from tests.operations.nodes import booting, read_until


def test_the_article_from_up_to_destroy(article: Article):
    created = article.run("up")
    address = article.stack()["Outputs"][0]["OutputValue"]
    assert created.stdout == (
        "Creating AWS resources. This should take around 5 minutes.\n"
        "Success! Your AWS resources have been created:\n"
        "Cluster Name:   particule-k8s-clust\n"
        f"Controller IP:  {address}\n"
        "\n"
        "The containers that power your cluster are now being dowloaded.\n"
        "\n"
        "You should be able to access the Kubernetes API once the containers finish downloading.\n"
    )
    notes = created.stderr.splitlines()
    assert notes[0] == "Account 303293004898 (rehearsal), eu-west-1, as user/operator"
    assert re.fullmatch(r"Checked here: \d+ checks, \d+\.\d s, ok", notes[1])
    assert re.fullmatch(r"Preflight: \d+ checks, \d+\.\d s, ok", notes[2])
    assert created.returncode == 0

    exported = article.run("up", "--export")
    file = article.folder / f"{NAME}.stack-template.json"
    assert exported.stdout == f"Success! Stack exported to {NAME}.stack-template.json.\n"
    assert json.loads(file.read_bytes()) == article.template()
    assert file.stat().st_mode & 0o777 == 0o600

    seen = article.run("status")
    assert seen.returncode == 0
    lines = seen.stdout.splitlines()
    assert lines[:4] == [
        "Cluster Name:   particule-k8s-clust",
        f"Controller IP:  {address}",
        "API             https://k8s.particule.io  the name does not resolve",
        "Stack           CREATE_COMPLETE, just now",
    ]
    assert [line.split()[0] for line in lines[4:8]] == ["NODE", "controller-0", "worker", "worker"]
    assert all(len(line) <= 80 for line in lines)

    again = article.run("up")
    assert again.stdout == f"Cluster Name:   {NAME}\nController IP:  {address}\n"
    assert "exists already, as it is in this folder" in again.stderr

    volume = article.physical("Controller0Volume")
    gone = article.run("destroy", "--yes")
    assert gone.returncode == 0
    assert gone.stdout == ""
    (snapshot,) = article.account.client("ec2").describe_snapshots(
        OwnerIds=["self"], Filters=[{"Name": "volume-id", "Values": [volume]}]
    )["Snapshots"]
    assert f"stays   snapshot  {snapshot['SnapshotId']}: etcd, 8 GiB" in gone.stderr
    assert "Last look for what Kubernetes made: nothing is left." in gone.stderr
    assert (article.folder / "credentials" / "ca-key.pem").exists()

    twice = article.run("destroy", "--yes")
    assert (twice.returncode, twice.stderr.splitlines()[1]) == (
        0,
        f"There is no stack {NAME}: nothing to remove.",
    )
    nothing = article.run("status")
    assert nothing.returncode == 1
    assert f"error: there is no cluster {NAME} in eu-west-1" in nothing.stderr


def test_up_follows_from_nothing_to_ready(article: Article):
    with booting(article) as nodes:
        process = nodes.start("up")
        read_until(process, "booting")
        nodes.tell("1/7 identity", "identity", "identity")
        read_until(process, "1/7 identity")
        nodes.tell("6/7 control-plane", "2/4 wait-for-api", "2/4 wait-for-api")
        read_until(process, "waiting")
        nodes.api.ready = True
        nodes.tell("7/7 add-ons", "4/4 join", "4/4 join")
        read_until(process, "answers")
        nodes.tell("7/7 ready", "4/4 ready", "4/4 ready")
        nodes.join()
        out, rest = process.communicate(timeout=60)
        assert process.returncode == 0
        *_, ready, hint = rest.splitlines()
        assert re.fullmatch(r"Ready in \d+s: API \d+s, 3 nodes, 2 add-ons\.", ready)
        assert hint == f"  kubectl --kubeconfig={article.folder}/kubeconfig get nodes"
        assert out.splitlines()[0] == "Creating AWS resources. This should take around 5 minutes."
        assert out.splitlines()[-1].startswith("You should be able to access the Kubernetes API")


def test_changed_addons_are_asked_about_and_reach_the_stack_without_touching_what_runs(article: Article):
    article.run("up")
    before = article.instances()
    file = article.folder / "userdata" / "addons" / "mine" / "map.yaml"
    file.parent.mkdir()
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n")

    asked = article.run("up")
    assert asked.returncode == 1
    assert "userdata/addons/mine/map.yaml  is new" in asked.stderr
    assert "Use --yes" in asked.stderr

    applied = article.run("up", "--yes")
    assert applied.returncode == 0
    assert "has the add-ons of this folder now" in applied.stderr
    assert article.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert article.instances() == before
    assert "exists already, as it is" in article.run("up").stderr


def test_other_changes_are_refused_and_named(article: Article):
    article.run("up")
    yaml = article.folder / "cluster.yaml"
    yaml.write_text(yaml.read_text().replace("workerCount: 2", "workerCount: 3"))
    (article.folder / "userdata" / "worker" / "etc" / "motd").write_text("hello\n")
    refused = article.run("up", "--yes")
    assert refused.returncode == 1
    assert "comes with a later capability" in refused.stderr
    assert "userdata/worker/etc/motd  is new" in refused.stderr
    assert "Workers.DesiredCapacity 2 → 3" in refused.stderr
    assert article.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_locked_fails_where_a_file_is_stale_and_writes_none(article: Article):
    yaml = article.folder / "cluster.yaml"
    yaml.write_text(yaml.read_text().replace("workerCount: 2", "workerCount: 3"))
    before = (article.folder / "stack-template.json").read_bytes()
    refused = article.run("up", "--locked", "--yes")
    assert refused.returncode == 1
    assert "stack-template.json" in refused.stderr
    assert (article.folder / "stack-template.json").read_bytes() == before
    assert article.stacks() == []
