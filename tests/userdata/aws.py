"""What a node's scripts call: the metadata service, and AWS's services behind TLS with checked signatures."""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .node import METADATA_SERVICE, Node

SERVICES = ("ec2", "kms", "cloudformation")
ACCESS_KEY, SECRET_KEY, SESSION_TOKEN = "ASIAEXAMPLE", "secret/key+of/the=role", "token/of+the=session=="


@dataclass(frozen=True)
class Call:
    """A call as it arrived: `ec2 CreateTags` with its parameters or its JSON."""

    service: str
    action: str
    parameters: dict[str, str]


Answer = tuple[int, str]


@dataclass
class Aws:
    """Answers of the metadata service by path, of the services by a function; the calls made."""

    metadata: dict[str, str]
    answer: Callable[[Call], Answer] = lambda call: (200, "<ok/>")
    calls: list[Call] = field(default_factory=list)

    def actions(self) -> list[str]:
        return [f"{call.service} {call.action}" for call in self.calls]


@contextmanager
def aws(node: Node, folder: Path) -> Iterator[Aws]:
    """The metadata service and AWS in the node's network; its trust and names lead there."""
    world = Aws(
        {
            "meta-data/instance-id": "i-0123456789abcdef0",
            "meta-data/local-hostname": "ip-10-0-0-50.eu-west-1.compute.internal",
            "meta-data/local-ipv4": "10.0.0.50",
            "meta-data/placement/availability-zone": "eu-west-1a",
            "meta-data/tags/instance/kube-aws:volume": "vol-0fedcba9876543210",
            "meta-data/iam/security-credentials/": "role",
            "meta-data/iam/security-credentials/role": json.dumps(
                {"AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY, "Token": SESSION_TOKEN}
            ),
        }
    )
    hosts = [f"{service}.eu-west-1.amazonaws.com" for service in SERVICES]
    certificate = _certificate([*hosts, "download.example"], folder)
    node.write("/etc/ssl/certs/ca-certificates.crt", certificate.read_text())
    node.write("/etc/hosts", f"127.0.0.1 localhost {' '.join(hosts)} download.example\n")
    with (
        serve(node, (METADATA_SERVICE, 80), _metadata_service(world)),
        serve(node, ("127.0.0.1", 443), _services(world), certificate),
    ):
        yield world


@contextmanager
def serve(
    node: Node,
    address: tuple[str, int],
    handler: type[BaseHTTPRequestHandler],
    certificate: Path | None = None,
) -> Iterator[None]:
    """Serve HTTP, or HTTPS with a certificate and its key in one file, in the node's network."""
    server = ThreadingHTTPServer(address, handler, bind_and_activate=False)
    server.socket.close()
    server.socket = node.listen(*address)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Quiet, with one way to answer."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _metadata_service(world: Aws) -> type[Handler]:
    class MetadataService(Handler):
        def do_PUT(self) -> None:
            allowed = (
                self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
            )
            self.reply(200 if allowed else 400, b"metadata-token")

        def do_GET(self) -> None:
            path = self.path.removeprefix("/latest/")
            if self.headers["X-aws-ec2-metadata-token"] != "metadata-token":
                self.reply(401, b"")
            elif path not in world.metadata:
                self.reply(404, b"")
            else:
                self.reply(200, world.metadata[path].encode())

    return MetadataService


def _services(world: Aws) -> type[Handler]:
    class Services(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service = self.headers["Host"].split(".")[0]
            if not _signed(self, service, body):
                self.reply(403, b"<Code>SignatureDoesNotMatch</Code><Message>of another request</Message>")
                return
            call = _call(service, self.headers["X-Amz-Target"], body)
            world.calls.append(call)
            status, answer = world.answer(call)
            self.reply(status, answer.encode())

    return Services


def _call(service: str, target: str | None, body: bytes) -> Call:
    if target is not None:
        return Call(service, target.split(".")[1], json.loads(body))
    parameters = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
    return Call(service, parameters.pop("Action"), parameters)


def _signed(request: Handler, service: str, body: bytes) -> bool:
    """Whether botocore would have signed the request so."""
    authorization = request.headers["Authorization"]
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {name: request.headers[name] for name in names}
    signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN), service, "eu-west-1")
    signed = AWSRequest("POST", f"https://{request.headers['Host']}/", headers=headers, data=body)
    signed.context["timestamp"] = request.headers["X-Amz-Date"]
    signed.context["payload_signing_enabled"] = True
    canonical = signer.canonical_request(signed)
    signature = signer.signature(signer.string_to_sign(signed, canonical), signed)
    assert hashlib.sha256(body).hexdigest() in canonical
    return "x-amz-security-token" in names and authorization.endswith(f"Signature={signature}")


def _certificate(names: list[str], folder: Path) -> Path:
    """A certificate that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AWS")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / "aws.pem"
    file.write_bytes(
        certificate.public_bytes(encoding) + key.private_bytes(encoding, form, serialization.NoEncryption())
    )
    return file
