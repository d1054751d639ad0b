"""Whatever the bytes, there is an answer: a cluster or findings with places inside the file."""

import random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.cluster.article import ARTICLE

from kube_aws.cluster.keys import keys
from kube_aws.cluster.load import load

WORDS = st.sampled_from(
    [key.name.rpartition(".")[2] for key in keys()] + ["<<", "useCalico", "nodePools", ""]
)
SCALARS = st.one_of(
    st.sampled_from(
        [
            '"\\ud800"',
            "yes",
            "0755",
            "1e9",
            "~",
            "*x",
            "&x 1",
            "!!int 1",
            "10.0.0.0/8",
            "::/0",
            "1.2.3.4",
            "'",
            '"',
            "[",
            "|",
        ]
    ),
    st.integers().map(str),
    st.text(max_size=20),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(WORDS, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=8,
)


def check(source: bytes) -> None:
    cluster, findings = load(source, "cluster.yaml")
    assert (cluster is None) == any(finding.severity == "error" for finding in findings)
    for finding in findings:
        assert finding.what
        assert finding.what.isprintable(), finding
        assert len(finding.what) < 400
        assert finding.place.line is not None or finding.id in ("missing-key", "empty-file", "not-utf8")


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
@example(b"a: \xe2\x80\xa8b: c")
@example(b"%YAML 9.9\n---\na: b\n")
@example(b'a: "\\ud800"\n')
def test_any_bytes(source: bytes) -> None:
    check(source)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@given(st.dictionaries(WORDS, VALUES, max_size=5))
@settings(max_examples=400, deadline=None)
def test_any_values_for_known_keys(entries: dict[str, str]) -> None:
    check("".join(f"{key}: {value}\n" for key, value in entries.items()).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(WORDS, VALUES, max_size=2), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_articles_file_with_anything_in_it(entries: dict[str, Any], shuffle: random.Random) -> None:
    lines = ARTICLE.splitlines() + [f"{key}: {value}" for key, value in entries.items()]
    shuffle.shuffle(lines)
    check("\n".join(lines).encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(ARTICLE)), st.integers(0, 40), st.binary(max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_articles_file_damaged_anywhere(start: int, length: int, instead: bytes) -> None:
    source = ARTICLE.encode()
    check(source[:start] + instead + source[start + length :])
