"""The files of the roles, as rendered for each supported minor."""

import json
import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest
import yaml
from tests.scenarios import scenario

from kube_aws.cluster.topology import ROLES, Role
from kube_aws.release.lock import Binary, Image, Lock
from kube_aws.release.missing import BinaryQuery, ImageQuery, missing
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.files import files, stages

SCRIPTS = PurePosixPath("opt/kube-aws/bin")
UNITS = PurePosixPath("etc/systemd/system")


def rendered(role: Role, kubernetes_version: str) -> Tree:
    """The files for a version, with a lock that holds what it needs."""
    cluster = scenario.cluster("article").model_copy(update={"kubernetes_version": kubernetes_version})
    lock = Lock()
    for query in missing(cluster, None):
        match query:
            case BinaryQuery():
                lock.binaries[query.key] = Binary(url=query.url, sha256="0" * 64)
            case ImageQuery():
                lock.images[query.key] = Image(reference=query.reference, digest="sha256:" + "0" * 64)
    return files(role, cluster, lock, scenario.authorities())


@pytest.mark.parametrize("version", ["v1.37.2", "v1.36.6", "v1.35.9"])
@pytest.mark.parametrize("role", ROLES)
def test_structured_files_can_be_read_and_images_are_pinned(role: Role, version: str):
    tree = rendered(role, version)
    for path, file in tree.items():
        match path.suffix:
            case ".yaml":
                list(yaml.safe_load_all(file.content))
            case ".json":
                json.loads(file.content)
            case ".toml":
                tomllib.loads(file.content.decode())
    images = [
        container["image"]
        for path, file in tree.items()
        if path.parent.name == "manifests"
        for container in yaml.safe_load(file.content)["spec"]["containers"]
    ]
    assert len(images) == (4 if role == "controller" else 0)
    assert all(re.search(r":v?\d[^@]*@sha256:0{64}$", image) for image in images)
    assert sum(image.split("@")[0].endswith(version) for image in images) == len(images) * 3 // 4


@pytest.mark.parametrize("role", ROLES)
def test_every_stage_is_a_unit_that_waits_for_the_one_before(role: Role):
    tree = rendered(role, "v1.37.2")
    before = "identity" if role == "worker" else None
    for stage in stages(role, scenario.cluster("article")):
        unit = tree[UNITS / f"{stage}.service"].content.decode()
        assert f"ExecStart=/opt/kube-aws/bin/stage {stage}\n" in unit
        assert tree[SCRIPTS / stage].executable
        if before:
            assert f"Requires={before}.service\nAfter={before}.service\n" in unit
        before = stage


@pytest.mark.parametrize("role", ROLES)
def test_the_shell_and_systemd_read_the_values_of_the_cluster(role: Role, tmp_path: Path):
    values = rendered(role, "v1.37.2")[PurePosixPath("etc/kube-aws/cluster.env")]
    (tmp_path / "cluster.env").write_bytes(values.content)
    told = subprocess.run(
        ["bash", "-c", '. ./cluster.env; echo "$CLUSTER_NAME $REGION $ROLE $API"; echo "$STAGES"'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.splitlines() == [
        f"particule-k8s-clust eu-west-1 {role} api.particule-k8s-clust.internal",
        " ".join(stages(role, scenario.cluster("article"))),
    ]


def test_a_controller_takes_its_address_after_it_knows_itself_and_before_it_needs_it():
    cluster = scenario.cluster("every-key")
    assert stages("controller", cluster)[:3] == ("identity", "address", "downloads")
    tree = files("controller", cluster, scenario.lock(), scenario.authorities())
    unit = tree[UNITS / "address.service"].content.decode()
    assert "ExecStart=/opt/kube-aws/bin/stage address\n" in unit
    assert "Requires=identity.service\nAfter=identity.service\nBefore=downloads.service\n" in unit
    assert unit.endswith("[Install]\nRequiredBy=downloads.service\n")
    assert tree[SCRIPTS / "address"].executable
    assert "address" not in stages("worker", cluster)


def test_a_lock_without_an_image_is_told():
    with pytest.raises(UserError, match=r"release\.lock does not hold"):
        files("controller", scenario.cluster("article"), Lock(), scenario.authorities())


def test_workers_receive_nothing_of_the_control_plane():
    worker = rendered("worker", "v1.37.2")
    assert not {path for path in worker if "etcd" in str(path) or path.parent.name == "manifests"}
    assert {path.name for path in worker if path.parent.name == "pki"} == {"ca.pem"}


def test_scripts_are_clean_as_they_lie():
    sources = Path(str(scenario.FOLDER.parents[1] / "src/kube_aws/userdata/tree"))
    scripts = sorted(sources.glob("*/opt/kube-aws/bin/*"))
    assert scripts
    checked = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert checked.stdout == ""


@pytest.mark.parametrize("role", ROLES)
def test_systemd_takes_the_units(role: Role, tmp_path: Path):
    tree = rendered(role, "v1.37.2")
    others = ["/opt/bin/kubelet", "/usr/bin/mkdir"]
    for path, file in tree.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(file.content)
        (tmp_path / path).chmod(0o755 if file.executable else 0o644)
    for program in others:
        (tmp_path / program[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / program[1:]).touch(0o755)
    distribution = ["containerd.service", "network-online.target", "multi-user.target", "timers.target"]
    for name in (*distribution, "sysinit.target", "basic.target", "shutdown.target"):
        unit = "[Service]\nExecStart=/usr/bin/mkdir\n" if name.endswith(".service") else "[Unit]\n"
        (tmp_path / "usr/lib/systemd/system").mkdir(parents=True, exist_ok=True)
        (tmp_path / "usr/lib/systemd/system" / name).write_text(unit)
    units = [path.name for path in tree if path.parent == UNITS]
    checked = subprocess.run(
        ["systemd-analyze", "verify", f"--root={tmp_path}", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
