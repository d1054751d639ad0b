import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube_aws.stack.document import TEMPLATE, Path, at, parse, place, walk
from kube_aws.tree import File, Tree

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def holding(text: str) -> Tree:
    return {TEMPLATE: File(text.encode())}


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_every_value_is_found_where_it_stands(value: object, indent: int | None, ascii_only: bool) -> None:
    tree = holding(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    lines = tree[TEMPLATE].content.decode().split("\n")
    for path, item in walk(parse(tree)):
        found = place(tree, path)
        assert found.line
        assert found.column
        text = "\n".join([lines[found.line - 1][found.column - 1 :], *lines[found.line :]])
        key_or_value, _ = json.JSONDecoder().raw_decode(text)
        expected = path[-1] if path and isinstance(path[-1], str) else item
        assert key_or_value == expected


def test_a_place_is_as_an_editor_counts() -> None:
    tree = holding('{\n  "Resources": {\n    "VPC": {"Tags": [{"Key": 1}, {"Key": 2}]}\n  }\n}\n')
    found = place(tree, ("Resources", "VPC", "Tags", 1))
    assert (str(found), found.resource) == ("stack-template.json:3:34", "VPC")


@pytest.mark.parametrize("path", [("a", "b"), ("a", 7), ("x",), (0,)])
def test_where_a_path_ends_early_its_last_known_part_is_told(path: Path) -> None:
    assert place(holding('{"a": [1, 2]}'), path).line == 1
    assert at(json.loads('{"a": [1, 2]}'), *path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_what_is_no_json_has_no_value(content: bytes) -> None:
    assert parse({TEMPLATE: File(content)}) is None
    assert parse({PurePosixPath("kubeconfig"): File(content)}) is None
