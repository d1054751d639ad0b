"""The metadata service of a VPC's machines, version 2 alone, told apart by their addresses.

Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
"""

import base64
import hmac
import os
import socket
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from kube_aws.rehearsal.cloud import Cloud, Instance
from kube_aws.rehearsal.network.metadata_tree import VERSIONS, Credentials, look_up, tree
from kube_aws.rehearsal.network.place import machines

TOKEN = "X-aws-ec2-metadata-token"  # noqa: S105 (a header's name)
LIFETIME = f"{TOKEN}-ttl-seconds"

LONGEST = 21600
"""Seconds that a token may live."""

PATIENCE = 60
"""Seconds for which a connection may be silent."""


class _Request(BaseHTTPRequestHandler):
    server: "Metadata"
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "EC2ws", ""
    timeout = PATIENCE
    wbufsize = -1  # an answer is one packet

    def do_PUT(self) -> None:
        """A token, which may not travel further than the instance's hop limit."""
        length = self.headers.get("Content-Length", "")
        self.rfile.read(int(length) if length.isdecimal() else 0)
        machine = self.server.machine(self.client_address[0])
        lifetime = self.headers.get(LIFETIME, "")
        if machine is None or self.path.removesuffix("/") != "/latest/api/token":
            self.say(HTTPStatus.NOT_FOUND)
        elif "X-Forwarded-For" in self.headers:
            self.say(HTTPStatus.FORBIDDEN)
        elif not lifetime.isdecimal() or not 1 <= int(lifetime) <= LONGEST:
            self.say(HTTPStatus.BAD_REQUEST)
        else:
            self.connection.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, machine.hop_limit)
            token = self.server.token(machine, int(time.time()) + int(lifetime))
            self.say(HTTPStatus.OK, token, {LIFETIME: lifetime})

    def do_GET(self) -> None:
        """A value, or what a folder holds."""
        machine = self.server.machine(self.client_address[0])
        if machine is None or not self.server.is_valid(self.headers.get(TOKEN, ""), machine):
            self.say(HTTPStatus.UNAUTHORIZED)
            return
        version, _, rest = unquote(self.path.partition("?")[0]).removeprefix("/").partition("/")
        if not version:
            self.say(HTTPStatus.OK, "\n".join(VERSIONS).encode())
            return
        below = tree(self.server.cloud(), machine, self.server.credentials)
        value = look_up(below, rest) if version in VERSIONS else None
        if value is None:
            self.say(HTTPStatus.NOT_FOUND)
        else:
            self.say(HTTPStatus.OK, value)

    do_HEAD = do_GET  # noqa: N815

    def say(
        self, status: HTTPStatus, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """An answer; without a body it says its status."""
        if body is None:
            body = f"{status.value} - {status.phrase}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: machines ask all the time."""


class Metadata(ThreadingHTTPServer):
    """A server, not bound yet, for a VPC's machines; it answers from what `cloud` returns at that moment."""

    def __init__(self, vpc: str, cloud: Callable[[], Cloud], credentials: Credentials) -> None:
        super().__init__(("", 0), _Request, bind_and_activate=False)
        self.vpc, self.cloud, self.credentials = vpc, cloud, credentials
        self.secret = os.urandom(32)

    def machine(self, address: str) -> Instance | None:
        """Who asks."""
        there = machines(self.cloud(), self.vpc)
        return next((one for one in there if address in one.interface.addresses), None)

    def token(self, machine: Instance, until: int) -> bytes:
        """Good for one machine until a time in seconds; nothing of it has to be kept."""
        end = until.to_bytes(8)
        return base64.urlsafe_b64encode(end + hmac.digest(self.secret, end + machine.id.encode(), "sha256"))

    def is_valid(self, token: str, machine: Instance) -> bool:
        """Whether the token was made here for this machine, and its time is not over."""
        try:
            until = int.from_bytes(base64.urlsafe_b64decode(token)[:8])
        except ValueError:
            return False
        return until > time.time() and hmac.compare_digest(self.token(machine, until), token.encode())
