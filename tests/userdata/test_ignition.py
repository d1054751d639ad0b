"""Packing: what goes in comes out, the real Ignition takes it, and its limit is told."""

import json
import random
import string
import subprocess
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios import scenario

from kube_aws.cluster.topology import ROLES, Role
from kube_aws.credentials.roles import stand_in
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree
from kube_aws.userdata.files import files
from kube_aws.userdata.ignition import SEALED, USER_DATA_LIMIT, pack, unpack

names = st.text(string.ascii_lowercase + "._-0", min_size=1, max_size=12).filter(lambda name: name.strip("."))
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map(lambda parts: PurePosixPath("etc", *parts)),
    st.builds(File, st.binary(max_size=300), st.booleans()),
    max_size=5,
)


def contents(user_data: bytes) -> Tree:
    """The files that Ignition writes."""
    return {
        PurePosixPath(file["path"].removeprefix("/")): File(
            unquote_to_bytes(file["contents"]["source"].partition(",")[2]), bool(file["mode"] & 0o100)
        )
        for file in unpack(user_data)["storage"]["files"]
    }


@given(tree=trees)
def test_any_files_come_out_as_they_went_in(tree: Tree):
    packed = pack(tree, b"")
    written = contents(packed)
    assert {path: file for path, file in written.items() if path != SEALED} == tree
    assert pack(dict(reversed(tree.items())), b"") == packed


def test_root_alone_reads_what_makes_the_cluster():
    tree = {
        PurePosixPath("etc/kubernetes/manifests/etcd.yaml"): File(b""),
        PurePosixPath("etc/systemd/system/kubelet.service"): File(b""),
        PurePosixPath("etc/kubernetes/hook"): File(b"", executable=True),
        PurePosixPath("etc/systemd/network/10-eth0.network"): File(b""),
        PurePosixPath("opt/kube-aws/bin/stage"): File(b"", executable=True),
    }
    written = {file["path"]: oct(file["mode"]) for file in unpack(pack(tree, b""))["storage"]["files"]}
    assert written == {
        "/etc/kubernetes/manifests/etcd.yaml": "0o600",
        "/etc/systemd/system/kubelet.service": "0o600",
        "/etc/kubernetes/hook": "0o700",
        "/etc/systemd/network/10-eth0.network": "0o644",
        "/opt/kube-aws/bin/stage": "0o755",
        "/etc/kube-aws/credentials.sealed": "0o600",
    }


@pytest.mark.parametrize("name", scenario.NAMES)
@pytest.mark.parametrize("role", ROLES)
def test_every_scenario_fits_and_ignition_takes_it(name: str, role: Role, tmp_path: Path):
    tree = files(role, scenario.cluster(name), scenario.lock(), scenario.authorities())
    user_data = pack(tree, stand_in(role))
    assert len(user_data) <= USER_DATA_LIMIT
    for file, content in {"user-data": user_data, "config": json.dumps(unpack(user_data)).encode()}.items():
        (tmp_path / file).write_bytes(content)
        checked = subprocess.run(
            ["ignition-validate", tmp_path / file], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_units_with_an_install_section_are_enabled_and_the_base_is_kept(controller_files: Tree):
    units = {unit["name"]: unit for unit in unpack(pack(controller_files, b""))["systemd"]["units"]}
    assert units["locksmithd.service"] == {"name": "locksmithd.service", "mask": True}
    assert units["add-ons.timer"] == {"name": "add-ons.timer", "enabled": True}
    assert "kubelet.service" not in units  # a stage starts it


def test_a_file_of_ones_own_is_packed(controller_files: Tree):
    path = PurePosixPath("etc/systemd/system/kubelet.service.d/own.conf")
    tree = {**controller_files, path: File(b"[Service]\nNice=1\n")}
    assert contents(pack(tree, b""))[path].content == b"[Service]\nNice=1\n"


def test_too_much_is_refused_and_the_largest_files_are_named(controller_files: Tree):
    noise = random.Random(1).randbytes(6000)
    with pytest.raises(UserError) as error:
        pack({**controller_files, PurePosixPath("etc/own"): File(noise)}, b"")
    assert "EC2 takes 16,384" in error.value.what
    assert "etc/own" in error.value.next_step
