"""What a person who wrote a cluster.yaml is told."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from tests.cluster.article import ARTICLE, article_with, messages

from kube_aws.cluster.load import load, position


def test_the_articles_file_is_taken_as_it_is() -> None:
    cluster, findings = load(ARTICLE.encode(), "cluster.yaml")
    assert findings == []
    assert cluster is not None
    assert (cluster.cluster_name, cluster.release_channel) == ("particule-k8s-clust", "alpha")
    assert (cluster.create_record_set, cluster.hosted_zone) == (True, "particule.io")
    assert (cluster.worker_count, cluster.worker_instance_type) == (2, "t2.small")
    assert cluster.controller_ip == IPv4Address("10.0.0.50")
    assert cluster.api_allowed_cidrs == (IPv4Network("0.0.0.0/0"),)


@pytest.mark.parametrize(
    ("lines", "attribute", "value"),
    [
        ("workerSpotPrice: 0.05", "worker_spot_price", "0.05"),
        ('workerSpotPrice: "0.05"', "worker_spot_price", "0.05"),
        ('workerCount: "3"', "worker_count", 3),
        ("createRecordSet: True", "create_record_set", True),
        ("hostedZone: particule.io.", "hosted_zone", "particule.io"),
        ("externalDNSName: K8s.Particule.io", "external_dns_name", "k8s.particule.io"),
        ("keyName: 0042", "key_name", "0042"),
        (
            "stackTags: {CostCenter: 0042, Team: yes, Ok: true}",
            "stack_tags",
            {"CostCenter": "0042", "Team": "yes", "Ok": "true"},
        ),
        ("sshAllowedCIDRs: [192.0.2.1/32]", "ssh_allowed_cidrs", (IPv4Network("192.0.2.1/32"),)),
        ("vpcId:", "vpc_id", None),
    ],
)
def test_a_value_means_what_was_written(lines: str, attribute: str, value: object) -> None:
    cluster, findings = load(article_with(lines), "cluster.yaml")
    assert findings == []
    assert getattr(cluster, attribute) == value


VALUES = (Path(__file__).parent / "wrong_values.txt").read_text().split("\n\n")[1:]


@pytest.mark.parametrize("example", VALUES, ids=[example.partition("\n> ")[0] for example in VALUES])
def test_a_wrong_value_is_told_with_its_place_and_the_way_out(example: str) -> None:
    lines, _, said = example.partition("\n> ")
    assert messages(article_with(lines)) == said.strip().replace("\n>   ", " | ").split("\n> ")
    assert load(article_with(lines), "cluster.yaml")[0] is None


FILES = [
    (b"", ' the file holds no key', '"kube-aws init" writes one.'),
    (b"# nothing\n", ' the file holds no key', '"kube-aws init" writes one.'),
    (b"- a\n", '1:1 the file must hold lines of the form `key: value`', '"kube-aws init" writes one.'),
    (b"hello\n", '1:1 the file must hold lines of the form `key: value`', '"kube-aws init" writes one.'),
    (b"a: 1\x00\n", "1:5 a character that no text holds (U+0000)",
     "Remove it; was the file damaged on its way?"),
    (b"a: 1\nb: caf\xe9\n", "2:7 byte 0xe9 is not UTF-8", "Save the file as UTF-8."),
    ("a: 1\n".encode("utf-16"), " the file is UTF-16", "Save it as UTF-8."),
    (b"addons:\n\tcoredns: {}\n", "2:1 a tab in the indentation", "YAML is indented by spaces."),
    (b"a: b: c\n", "1:5 a `: ` where no key can stand",
     "Start the keys of one level in one column, or put the value in quotes."),
    (b"a: 'b\n", "2:1 a quote or bracket that is not closed", ""),
    (b"a: 1\nb\nc: 1\n", "3:1 a line without `key: value`", "Write `key: value`, or # before a note."),
    (b"a: &x 1\nb: *x\n", "1:4 anchors and aliases (&x) are not supported",
     "Write the value itself, or put it in quotes."),
    (b"<<: {a: 1}\n", "1:1 merging with `<<` is not supported", "Write the keys themselves."),
    (b"a: !!int 1\n", "1:4 tags (tag:yaml.org,2002:int) are not supported",
     "Write the value without it, or put it in quotes."),
    (b"a: 1\n---\nb: 1\n", "2:1 a second document begins here (`---`)", "Keep one of the two."),
    (b"? [a]\n: b\n", "1:3 a key must be a word", "Write `key: value`."),
    (b"a: " + b"[" * 100_000, "1:20 more than 16 levels inside each other", "cluster.yaml needs three."),
    (b"a: " + b"x" * 10_000_000, " the file has 10,000,003 bytes; a cluster.yaml has at most 262,144",
     "Is this the right file?"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "what", "next_step"), FILES, ids=[repr(row[0][:12]) for row in FILES])
def test_an_unreadable_file_gets_one_clear_answer(source: bytes, what: str, next_step: str) -> None:
    assert messages(source) == [f"{what} | {next_step}" if next_step else what]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    cluster, findings = load(b"\xef\xbb\xbf" + ARTICLE.replace("\n", "\r\n").encode(), "cluster.yaml")
    assert cluster is not None
    assert findings == []


def test_all_findings_come_at_once_in_the_order_of_the_file() -> None:
    source = b"""\
clusterName: ec2
clusterName: mine
region: eu-west-1
workerCount: many
useCalico: false
vpcCIDR: 10.1.0.0/16
"""
    assert [message.partition(" | ")[0] for message in messages(source)] == [
        " externalDNSName is missing",
        " availabilityZone is missing",
        " keyName is missing",
        " kmsKeyArn is missing",
        "2:1 clusterName stands here again; it stands on line 1 already",
        "4:14 workerCount many is not a whole number",
        "5:1 useCalico has no effect any more",
        "6:10 instanceCIDR 10.0.0.0/24 (the default) is not inside vpcCIDR 10.1.0.0/16",
    ]


def test_a_key_of_2016_without_meaning_is_only_a_warning() -> None:
    cluster, findings = load(article_with("hyperkubeImageRepo: quay.io/coreos/hyperkube"), "cluster.yaml")
    assert cluster is not None
    assert [(finding.severity, finding.id) for finding in findings] == [("warning", "retired-key")]


def test_too_many_tags() -> None:
    tags = "\n".join(f"  t{number}: x" for number in range(41))
    assert messages(ARTICLE.encode() + b"stackTags:\n" + tags.encode()) == [
        "16:3 stackTags has 41 tags; at most 40 fit | AWS allows 50; the cluster needs ten itself."
    ]


def test_china_and_govcloud_are_partitions_of_their_own() -> None:
    source = article_with("region: cn-north-1\navailabilityZone: cn-north-1a").replace(
        b"eu-west-1", b"cn-north-1"
    )
    assert [message.partition(" | ")[0] for message in messages(source)] == [
        "9:12 kmsKeyArn is in partition aws; region cn-north-1 is in aws-cn"
    ]
    assert messages(source.replace(b"arn:aws:", b"arn:aws-cn:")) == []


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("clusterName", (1, 14)),
        ("hostedZone", (5, 13)),
        ("addons.coredns.replicas", (16, 23)),
        ("apiAllowedCIDRs.1", (17, 33)),
        ("vpcCIDR", None),
    ],
)
def test_the_place_of_a_key_is_that_of_its_value(key: str, place: tuple[int, int] | None) -> None:
    source = ARTICLE + "addons:\n  coredns: {replicas: 3}\napiAllowedCIDRs: [192.0.2.0/24, 10.0.0.0/8]\n"
    assert position(source.encode(), key) == place
