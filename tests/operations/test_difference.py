"""Differences between two assembled stacks, told by file."""

import copy
import json
from pathlib import PurePosixPath
from typing import Any

from kube_aws.addons import packing
from kube_aws.operations.difference import differences
from kube_aws.tree import File
from kube_aws.userdata import ignition

SEALED = b"sealed"


def user_data(**files: str) -> str:
    tree = {PurePosixPath("etc", name): File(text.encode()) for name, text in files.items()}
    base = {PurePosixPath("ignition.json"): File(b"{}")}
    return ignition.pack({**base, **tree}, SEALED).decode()


def stack(worker: str, addons: str, tag: str = "0123456789ab") -> dict[str, Any]:
    return {
        "Resources": {
            "WorkersLaunchTemplate": {
                "Metadata": {"kube-aws:addons": addons},
                "Properties": {
                    "LaunchTemplateData": {
                        "UserData": {"Fn::Base64": worker},
                        "Tags": [{"Key": "kube-aws:files", "Value": tag}],
                    }
                },
            }
        }
    }


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(str(found), found.metadata) for found in differences(old, new, {}, {})]


def test_node_files_are_named_and_the_hash_that_follows_from_them_is_not():
    old = stack(user_data(motd="a", gone="x", same="s"), "", "aaaaaaaaaaaa")
    new = stack(user_data(motd="b", fresh="y", same="s"), "", "bbbbbbbbbbbb")
    assert told(old, new) == [
        ("userdata/worker/etc/fresh  is new", False),
        ("userdata/worker/etc/gone  is gone", False),
        ("userdata/worker/etc/motd  differs", False),
    ]


def test_add_ons_are_named_and_reach_a_running_stack():
    def packed(text: str) -> str:
        return packing.pack({PurePosixPath("coredns/deployment.yaml"): File(text.encode())})

    assert told(stack(user_data(), packed("a")), stack(user_data(), packed("b"))) == [
        ("userdata/addons/coredns/deployment.yaml  differs", True)
    ]


def test_the_same_stack_has_no_differences_however_its_keys_are_ordered():
    one = stack(user_data(motd="a"), "")
    other = json.loads(json.dumps(one, sort_keys=True))
    assert told(one, other) == []


def test_a_long_value_is_cut():
    one = stack(user_data(), "")
    other = copy.deepcopy(one)
    other["Resources"]["WorkersLaunchTemplate"]["Properties"]["Name"] = "x" * 200
    ((line, _),) = told(one, other)
    assert len(line) < 160
