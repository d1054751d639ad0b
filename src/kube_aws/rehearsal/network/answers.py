"""What a resolver answers. Sources: RFC 1035, RFC 2308 (names that do not exist), RFC 6891 (EDNS)."""

from typing import Any

from dnslib import CLASS, EDNS0, OPCODE, QTYPE, RCODE, RR, SOA, A, DNSRecord

from kube_aws.rehearsal.cloud import Alias
from kube_aws.rehearsal.network.names import SITES
from kube_aws.rehearsal.network.view import Area, View

TTL = 60
"""Seconds; of an alias to a load balancer. Source: Route 53 Developer Guide, "Values specific for alias"."""

ABSENT = 900
"""Seconds for which somebody may remember that there is no such record: a hosted zone's SOA as it is made.
Source: Route 53 Developer Guide, "The start of authority (SOA) record"."""

LONGEST_CHAIN = 8
"""Of CNAMEs, or of aliases, before it is taken for a ring."""

SMALLEST, LARGEST = 512, 4096
"""Bytes of an answer by UDP: without EDNS, and at the most with it."""


def answer(query: DNSRecord, view: View) -> DNSRecord:
    """The whole answer to a query, from nothing but the view."""
    reply = query.reply(aa=0, ra=1)
    if any(extra.rtype == QTYPE.OPT for extra in query.ar):
        reply.add_ar(EDNS0(udp_len=LARGEST))
    if query.header.opcode != OPCODE.QUERY:
        reply.header.rcode = RCODE.NOTIMP
    elif len(query.questions) != 1:
        reply.header.rcode = RCODE.FORMERR
    elif query.q.qclass != CLASS.IN:
        reply.header.rcode = RCODE.REFUSED
    else:
        _resolve(reply, view)
    return reply


def by_udp(query: DNSRecord, reply: DNSRecord) -> bytes:
    """The answer as it goes by UDP: emptied and marked as such where it is larger than the asker takes."""
    takes = [int(extra.rclass) for extra in query.ar if extra.rtype == QTYPE.OPT]
    room = min(max([SMALLEST, *takes]), LARGEST)
    packed: bytes = reply.pack()
    return packed if len(packed) <= room else reply.truncate().pack()


def _resolve(reply: DNSRecord, view: View, aliases: int = 0) -> None:
    """Fill the answer, following CNAMEs; `aliases` led here."""
    name, wanted = reply.q.qname, QTYPE[reply.q.qtype]
    for _ in range(LONGEST_CHAIN):
        text = str(name).rstrip(".").lower()
        area = view.area(text)
        if area is None:
            if not view.is_site(text):
                reply.header.rcode = RCODE.NXDOMAIN
            elif wanted in {"A", "ANY"}:
                reply.add_answer(RR(name, QTYPE.A, rdata=A(SITES), ttl=TTL))
            return
        owner = area.owner(text)
        if owner is None:
            reply.header.rcode = RCODE.NXDOMAIN
            reply.add_auth(_authority(area))
            return
        if wanted != "CNAME" and (owner, "CNAME") in area.records:
            [canonical] = _records(name, "CNAME", area.records[owner, "CNAME"], view, aliases)
            reply.add_answer(canonical)
            name = canonical.rdata.label
            continue
        kinds = [kind for holder, kind in area.records if holder == owner and wanted in {kind, "ANY"}]
        found = [
            one for kind in kinds for one in _records(name, kind, area.records[owner, kind], view, aliases)
        ]
        reply.add_answer(*found)
        if not found:
            reply.add_auth(_authority(area))
        return
    reply.header.rcode = RCODE.SERVFAIL


def _records(name: Any, kind: str, values: tuple[str, ...] | Alias, view: View, aliases: int) -> list[RR]:
    """Values as zone files write them, and Route 53's API; an alias has those of its target, in this view."""
    if isinstance(values, Alias):
        target = DNSRecord.question(values.target, kind).reply()
        if aliases < LONGEST_CHAIN:
            _resolve(target, view, aliases + 1)
        read = [one for one in target.rr if QTYPE[one.rtype] == kind]
    else:
        read = [RR.fromZone(f". {TTL} IN {kind} {value}")[0] for value in values]
    return [RR(name, one.rtype, rdata=one.rdata, ttl=TTL) for one in read]


def _authority(area: Area) -> RR:
    """Whom to ask no further, and for how long."""
    times = (1, 7200, ABSENT, 1209600, 86400)
    start = SOA("ns-0.awsdns-00.com", "awsdns-hostmaster.amazon.com", times)
    return RR(area.name, QTYPE.SOA, rdata=start, ttl=ABSENT)
