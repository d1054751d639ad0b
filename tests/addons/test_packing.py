import base64
import subprocess
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from tests.checks.nodes import ARTICLE
from tests.scenarios.scenario import lock

from kube_aws.addons.manifests import manifests
from kube_aws.addons.packing import pack, unpack
from kube_aws.terminal.error import UserError
from kube_aws.tree import File

NAME = st.text(alphabet="abc-.ü ", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
TREES = st.dictionaries(
    st.lists(NAME, min_size=1, max_size=3).map(lambda parts: PurePosixPath(*parts)),
    st.text(max_size=200).filter(lambda text: "#" not in text).map(lambda text: File(text.encode())),
    max_size=5,
)


@given(TREES)
def test_what_is_packed_comes_out_again(tree: dict[PurePosixPath, File]) -> None:
    assert unpack(pack(tree)) == tree


LINES = st.sampled_from(
    [
        "# a comment",
        "  # deeper",
        "a:",
        "b: |",
        "  c: >-",
        '  "d',
        'd"',
        "- 'e",
        "  e'",
        "f: 1 # beside",
        "- g",
        "",
    ]
)
BREAKS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\u2028"])


@given(st.lists(st.tuples(LINES, BREAKS), max_size=12).map(lambda pairs: "".join(map("".join, pairs))))
@example("a: |\n  # kept\n# gone\nb: 1\n")
@example('a: "one\n  # kept\n  two"\n')
def test_comments_stay_behind_and_nothing_else(text: str) -> None:
    name = PurePosixPath("own/any.yaml")
    packed = unpack(pack({name: File(text.encode())}))[name].content.decode()
    try:
        meant = list(YAML(typ="safe", pure=True).load_all(text))
    except (YAMLError, ValueError):
        return
    assert list(YAML(typ="safe", pure=True).load_all(packed)) == meant


def test_no_comment_of_our_own_travels() -> None:
    for path, file in unpack(pack(manifests(ARTICLE, lock()))).items():
        assert not [line for line in file.content.decode().splitlines() if line.lstrip().startswith("#")], (
            path
        )


@given(TREES)
def test_the_order_of_files_changes_nothing(tree: dict[PurePosixPath, File]) -> None:
    assert pack(dict(reversed(tree.items()))) == pack(tree)


def test_a_node_reads_it_with_its_own_programs() -> None:
    tree = manifests(ARTICLE, lock())
    gunzipped = subprocess.run(
        ["gunzip"], input=base64.b64decode(pack(tree)), capture_output=True, check=True
    ).stdout
    text = subprocess.run(
        ["jq", "--raw-output", '.[] + "\\n---"'], input=gunzipped, capture_output=True, check=True
    ).stdout
    yaml = YAML(typ="safe", pure=True)
    objects = [found for path in sorted(tree) for found in yaml.load_all(tree[path].content)]
    assert [found for found in yaml.load_all(text) if found] == objects


def test_what_is_no_text_is_told_with_its_name() -> None:
    with pytest.raises(UserError, match="not UTF-8") as raised:
        pack({PurePosixPath("own/picture.yaml"): File(b"\x89PNG")})
    assert str(raised.value.place) == "userdata/addons/own/picture.yaml"
