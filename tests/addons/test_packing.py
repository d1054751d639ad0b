import base64
import subprocess
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.nodes import ARTICLE
from tests.scenarios.scenario import lock

from kube_aws.addons.manifests import manifests
from kube_aws.addons.packing import pack, unpack
from kube_aws.terminal.error import UserError
from kube_aws.tree import File

NAME = st.text(alphabet="abc-.ü ", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
TREES = st.dictionaries(
    st.lists(NAME, min_size=1, max_size=3).map(lambda parts: PurePosixPath(*parts)),
    st.text(max_size=200).map(lambda text: File(text.encode())),
    max_size=5,
)


@given(TREES)
def test_what_is_packed_comes_out_again(tree: dict[PurePosixPath, File]) -> None:
    assert unpack(pack(tree)) == tree


@given(TREES)
def test_the_order_of_files_changes_nothing(tree: dict[PurePosixPath, File]) -> None:
    assert pack(dict(reversed(tree.items()))) == pack(tree)


def test_a_node_reads_it_with_its_own_programs() -> None:
    tree = manifests(ARTICLE, lock())
    gunzipped = subprocess.run(
        ["gunzip"], input=base64.b64decode(pack(tree)), capture_output=True, check=True
    ).stdout
    text = subprocess.run(
        ["jq", "--join-output", ".[]"], input=gunzipped, capture_output=True, check=True
    ).stdout
    assert text == b"".join(tree[path].content for path in sorted(tree))


def test_what_is_no_text_is_told_with_its_name() -> None:
    with pytest.raises(UserError, match="not UTF-8") as raised:
        pack({PurePosixPath("own/picture.yaml"): File(b"\x89PNG")})
    assert str(raised.value.place) == "userdata/addons/own/picture.yaml"
