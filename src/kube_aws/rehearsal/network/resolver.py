"""A resolver's two servers: by UDP, and by TCP for what does not fit."""

import logging
import socketserver
from collections.abc import Callable

from dnslib import RCODE, DNSError, DNSRecord

from kube_aws.rehearsal.network.answers import answer, by_udp
from kube_aws.rehearsal.network.view import View

PATIENCE = 10
"""Seconds for which a TCP connection may be silent. Source: RFC 7766, 6.2.3."""


class _Message(socketserver.BaseRequestHandler):
    server: "ByUdp"

    def handle(self) -> None:
        """Answer one query."""
        packet, sending = self.request
        answered = _answered(packet, self.server.view())
        if answered:
            sending.sendto(by_udp(*answered), self.client_address)


class ByUdp(socketserver.UDPServer):
    """A server, not bound yet, that answers from what `view` returns at that moment."""

    def __init__(self, view: Callable[[], View]) -> None:
        super().__init__(("", 0), _Message, bind_and_activate=False)
        self.view = view


class _Connection(socketserver.StreamRequestHandler):
    server: "ByTcp"
    timeout = PATIENCE

    def handle(self) -> None:
        """Answer queries, each after its length, until the asker has no more. Source: RFC 1035, 4.2.2."""
        try:
            while length := int.from_bytes(self.rfile.read(2)):
                answered = _answered(self.rfile.read(length), self.server.view())
                if not answered:
                    return
                packed = answered[1].pack()
                self.wfile.write(len(packed).to_bytes(2) + packed)
        except OSError:
            return  # it is gone, or silent


class ByTcp(socketserver.ThreadingTCPServer):
    """A server, not bound yet, that answers from what `view` returns at that moment."""

    daemon_threads = True

    def __init__(self, view: Callable[[], View]) -> None:
        super().__init__(("", 0), _Connection, bind_and_activate=False)
        self.view = view


def _answered(packet: bytes, view: View) -> tuple[DNSRecord, DNSRecord] | None:
    """Query and answer; None for what cannot be read, or is itself an answer."""
    try:
        query = DNSRecord.parse(packet)
    except DNSError:
        return None
    if query.header.qr:
        return None
    try:
        return query, answer(query, view)
    except Exception:
        # A record that cannot be written may not end the resolver.
        logging.exception("no answer to %s", query.q)
        reply = query.reply()
        reply.header.rcode = RCODE.SERVFAIL
        return query, reply
