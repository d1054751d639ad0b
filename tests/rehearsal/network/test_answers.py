"""What resolvers answer, from a cloud alone."""

import pytest
from dnslib import EDNS0, QR, QTYPE, RCODE, DNSHeader, DNSQuestion, DNSRecord
from tests.rehearsal.network.clouds import VPC, machine

from kube_aws.rehearsal.cloud import Alias, Cloud, Zone
from kube_aws.rehearsal.network.answers import answer, by_udp
from kube_aws.rehearsal.network.view import view

CLOUD = Cloud(
    vpcs=(VPC,),
    instances=(
        machine("api", ("10.0.0.50", "10.0.0.51"), public="198.18.0.50"),
        machine("gone", "10.0.0.60", state="terminated"),
        machine(
            "us", "10.0.0.70", region="us-east-1", public="198.18.0.70", name="ip-10-0-0-70.ec2.internal"
        ),
    ),
    zones=(
        Zone(
            "example.com",
            frozenset(),
            {
                ("example.com", "SOA"): (
                    "ns-1.awsdns-00.org. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
                ),
                ("example.com", "NS"): ("ns-1.awsdns-00.org.", "ns-2.awsdns-00.net."),
                ("www.example.com", "CNAME"): ("web.elsewhere.test.",),
                ("deep.down.example.com", "A"): ("198.18.1.1", "198.18.1.2"),
                ("*.wild.example.com", "A"): ("198.18.1.3",),
                ("known.wild.example.com", "TXT"): ('"heritage=external-dns" "two"',),
                ("lost.example.com", "CNAME"): ("nobody.example.com.",),
                ("ring.example.com", "CNAME"): ("ring.example.com.",),
                ("mail.example.com", "MX"): ("10 web.elsewhere.test.",),
                ("inner.example.com", "A"): ("198.18.9.9",),
                ("shop.example.com", "A"): Alias("a-1.elb.eu-west-1.amazonaws.com"),
                ("shop.example.com", "AAAA"): Alias("a-1.elb.eu-west-1.amazonaws.com"),
                ("*.shops.example.com", "A"): Alias("shop.example.com"),
                ("closed.example.com", "A"): Alias("a-2.elb.eu-west-1.amazonaws.com"),
                ("round.example.com", "A"): Alias("round.example.com"),
            },
        ),
        Zone("elsewhere.test", frozenset(), {("web.elsewhere.test", "A"): ("198.18.2.2",)}),
        Zone("inner.example.com", frozenset({"vpc-1"}), {("inner.example.com", "A"): ("10.0.0.50",)}),
        Zone("other.internal", frozenset({"vpc-2"}), {("other.internal", "A"): ("10.0.0.1",)}),
        Zone(
            "elb.eu-west-1.amazonaws.com",
            frozenset(),
            {("a-1.elb.eu-west-1.amazonaws.com", "A"): ("198.18.3.3",)},
        ),
    ),
)
SITES = {"amazonaws.com", "registry.k8s.io"}


def ask(name: str, kind: str = "A", vpc: str | None = "vpc-1") -> tuple[str, list[str]]:
    """The status, and the records as `type value`."""
    reply = answer(DNSRecord.question(name, kind), view(CLOUD, vpc, SITES))
    parsed = DNSRecord.parse(reply.pack())
    return RCODE[parsed.header.rcode], [f"{QTYPE[record.rtype]} {record.rdata}" for record in parsed.rr]


@pytest.mark.parametrize(
    ("name", "kind", "status", "records"),
    [
        ("deep.down.example.com", "A", "NOERROR", ["A 198.18.1.1", "A 198.18.1.2"]),
        ("DEEP.down.Example.com", "A", "NOERROR", ["A 198.18.1.1", "A 198.18.1.2"]),
        ("deep.down.example.com", "AAAA", "NOERROR", []),
        ("down.example.com", "A", "NOERROR", []),
        ("nobody.example.com", "A", "NXDOMAIN", []),
        ("www.example.com", "A", "NOERROR", ["CNAME web.elsewhere.test.", "A 198.18.2.2"]),
        ("www.example.com", "CNAME", "NOERROR", ["CNAME web.elsewhere.test."]),
        ("www.example.com", "AAAA", "NOERROR", ["CNAME web.elsewhere.test."]),
        ("lost.example.com", "A", "NXDOMAIN", ["CNAME nobody.example.com."]),
        ("ring.example.com", "A", "SERVFAIL", ["CNAME ring.example.com."]),
        ("any.wild.example.com", "A", "NOERROR", ["A 198.18.1.3"]),
        ("at.any.wild.example.com", "A", "NOERROR", ["A 198.18.1.3"]),
        ("any.wild.example.com", "TXT", "NOERROR", []),
        ("known.wild.example.com", "A", "NOERROR", []),
        ("below.known.wild.example.com", "A", "NXDOMAIN", []),
        ("known.wild.example.com", "TXT", "NOERROR", ['TXT "heritage=external-dns","two"']),
        ("shop.example.com", "A", "NOERROR", ["A 198.18.3.3"]),
        ("shop.example.com", "AAAA", "NOERROR", []),
        ("any.shops.example.com", "A", "NOERROR", ["A 198.18.3.3"]),
        ("closed.example.com", "A", "NOERROR", []),
        ("round.example.com", "A", "NOERROR", []),
        ("mail.example.com", "MX", "NOERROR", ["MX 10 web.elsewhere.test."]),
        ("example.com", "NS", "NOERROR", ["NS ns-1.awsdns-00.org.", "NS ns-2.awsdns-00.net."]),
        ("registry.k8s.io", "A", "NOERROR", ["A 192.0.2.80"]),
        ("ec2.eu-west-1.amazonaws.com", "A", "NOERROR", ["A 192.0.2.80"]),
        ("registry.k8s.io", "AAAA", "NOERROR", []),
        ("k8s.io", "A", "NXDOMAIN", []),
        ("notamazonaws.com", "A", "NXDOMAIN", []),
        ("a-1.elb.eu-west-1.amazonaws.com", "A", "NOERROR", ["A 198.18.3.3"]),
        ("a-2.elb.eu-west-1.amazonaws.com", "A", "NXDOMAIN", []),
        ("nowhere", "A", "NXDOMAIN", []),
        (".", "NS", "NXDOMAIN", []),
    ],
)
def test_names_of_zones_and_sites(name: str, kind: str, status: str, records: list[str]) -> None:
    answered = ask(name, kind)
    if status == "SERVFAIL":
        answered = answered[0], answered[1][:1]
    assert answered == (status, records)


def test_a_vpc_sees_its_private_zones_first_and_no_others() -> None:
    assert ask("inner.example.com") == ("NOERROR", ["A 10.0.0.50"])
    assert ask("inner.example.com", vpc=None) == ("NOERROR", ["A 198.18.9.9"])
    assert ask("more.inner.example.com") == ("NXDOMAIN", [])
    assert ask("other.internal") == ("NXDOMAIN", [])
    assert ask("other.internal", vpc="vpc-2") == ("NOERROR", ["A 10.0.0.1"])


def test_names_that_ec2_gives() -> None:
    assert ask("ip-10-0-0-50.eu-west-1.compute.internal") == ("NOERROR", ["A 10.0.0.50"])
    assert ask("ip-10-0-0-51.eu-west-1.compute.internal") == ("NOERROR", ["A 10.0.0.51"])
    assert ask("ip-10-0-0-60.eu-west-1.compute.internal") == ("NXDOMAIN", [])
    assert ask("ip-10-0-0-70.ec2.internal") == ("NOERROR", ["A 10.0.0.70"])
    assert ask("ip-10-0-0-50.eu-west-1.compute.internal", vpc="vpc-2") == ("NXDOMAIN", [])
    assert ask("ip-10-0-0-50.eu-west-1.compute.internal", vpc=None) == ("NXDOMAIN", [])
    public = "ec2-198-18-0-50.eu-west-1.compute.amazonaws.com"
    assert ask(public) == ("NOERROR", ["A 10.0.0.50"])
    assert ask(public, vpc=None) == ("NOERROR", ["A 198.18.0.50"])
    assert ask("ec2-198-18-0-70.compute-1.amazonaws.com", vpc=None) == ("NOERROR", ["A 198.18.0.70"])


def test_addresses_have_names() -> None:
    name = "PTR ip-10-0-0-50.eu-west-1.compute.internal."
    assert ask("50.0.0.10.in-addr.arpa", "PTR") == ("NOERROR", [name])
    assert ask("50.0.0.10.in-addr.arpa", "PTR", vpc="vpc-2") == ("NXDOMAIN", [])
    public = "PTR ec2-198-18-0-50.eu-west-1.compute.amazonaws.com."
    assert ask("50.0.18.198.in-addr.arpa", "PTR", vpc=None) == ("NOERROR", [public])
    assert ask("60.0.0.10.in-addr.arpa", "PTR") == ("NXDOMAIN", [])


def test_what_is_absent_may_be_remembered_for_a_while() -> None:
    absent = answer(DNSRecord.question("nobody.example.com"), view(CLOUD, None, SITES))
    assert [(QTYPE[one.rtype], str(one.rname), one.ttl) for one in absent.auth] == [
        ("SOA", "example.com.", 900)
    ]


def test_an_answer_that_is_too_long_by_udp_says_so() -> None:
    many = tuple(f"198.18.4.{last}" for last in range(100))
    seen = view(Cloud(zones=(Zone("many.test", frozenset(), {("many.test", "A"): many}),)), None, ())
    plain = DNSRecord.question("many.test")
    cut = DNSRecord.parse(by_udp(plain, answer(plain, seen)))
    assert (cut.header.tc, cut.rr) == (1, [])
    roomy = DNSRecord.parse(plain.pack())
    roomy.add_ar(EDNS0(udp_len=4096))
    whole = DNSRecord.parse(by_udp(roomy, answer(roomy, seen)))
    assert (whole.header.tc, len(whole.rr)) == (0, 100)


def test_what_is_no_question_is_refused() -> None:
    seen = view(CLOUD, None, SITES)
    assert RCODE[answer(DNSRecord(DNSHeader(opcode=5)), seen).header.rcode] == "NOTIMP"
    assert RCODE[answer(DNSRecord(), seen).header.rcode] == "FORMERR"
    chaos = DNSRecord(q=DNSQuestion("version.bind", QTYPE.TXT, 3))
    assert RCODE[answer(chaos, seen).header.rcode] == "REFUSED"
    assert answer(chaos, seen).header.qr == QR.RESPONSE
