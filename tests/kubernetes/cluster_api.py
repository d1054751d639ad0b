"""A cluster's API for tests: HTTPS with a certificate of the folder's own authority, and objects shaped as
Kubernetes 1.37 gives them. A CONNECT proxy before it leads every name to it, as a company's proxy would.
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

WHEN = "2026-11-25T10:00:00Z"


class ClusterApi:
    """What it answers may be changed while it runs. `cleans_up` is what its controllers do for a Service that
    is deleted, which is gone then; without it none ever goes."""

    def __init__(self, port: int, proxy: int) -> None:
        self.port, self.proxy = port, proxy
        self.ready = True
        self.refuses: tuple[int, str] | None = None
        self.nodes: list[dict[str, Any]] = []
        self.workloads: dict[str, list[dict[str, Any]]] = {"daemonsets": [], "deployments": []}
        self.pods: list[dict[str, Any]] = []
        self.services: list[dict[str, Any]] = []
        self.volumes: list[dict[str, Any]] = []
        self.cleans_up: Callable[[str], None] | None = None
        self.asked: list[str] = []

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command that comes through the proxy."""
        return {"HTTPS_PROXY": f"http://127.0.0.1:{self.proxy}"}

    def answer(self, path: str, *, admin: bool) -> tuple[int, Any]:
        """Status and object."""
        self.asked.append(path)
        parts = urlsplit(path)
        if parts.path == "/readyz":
            return (200, "ok") if self.ready else (500, "[-]etcd failed")
        if self.refuses or not admin:
            code, message = self.refuses or (401, "Unauthorized")
            return code, {"kind": "Status", "code": code, "message": message}
        items: list[dict[str, Any]] = []
        match parts.path.split("/")[1:]:
            case ["api", "v1", "services"]:
                items = self.services
            case ["api", "v1", "persistentvolumes"]:
                items = self.volumes
            case ["version"]:
                return 200, {"major": "1", "minor": "37", "gitVersion": "v1.37.2"}
            case ["api", "v1", "nodes"]:
                items = self.nodes
            case ["apis", "apps", "v1", kind]:
                items = self.workloads[kind]
            case ["api", "v1", "namespaces", namespace, "pods"]:
                (selector,) = parse_qs(parts.query)["labelSelector"]
                wanted = dict(pair.split("=") for pair in selector.split(","))
                items = [
                    pod
                    for pod in self.pods
                    if pod["metadata"]["namespace"] == namespace
                    and wanted.items() <= pod["metadata"]["labels"].items()
                ]
            case _:
                return 404, {"kind": "Status", "code": 404, "message": "not found"}
        return 200, {"kind": "List", "items": items}

    def delete(self, path: str) -> tuple[int, Any]:
        """Status and object of a Service's deletion by the admin."""
        self.asked.append(f"DELETE {path}")
        name = path.rpartition("/")[2]
        if self.cleans_up:
            self.cleans_up(name)
            self.services = [one for one in self.services if one["metadata"]["name"] != name]
        return 200, {"kind": "Status", "status": "Success"}


@contextmanager
def serving(credentials: Path, *names: str) -> Iterator[ClusterApi]:
    """The API behind these names and localhost, as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    proxy = socket.create_server(("127.0.0.1", 0))
    api = ClusterApi(server.server_port, proxy.getsockname()[1])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            self._send(*api.answer(self.path, admin=bool(self.connection.getpeercert())))

        def do_DELETE(self) -> None:
            self._send(*api.delete(self.path))

        def _send(self, status: int, told: Any) -> None:
            body = (told if isinstance(told, str) else json.dumps(told)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server.RequestHandlerClass = Handler
    # A client that is killed in its handshake holds up its own thread alone.
    server.socket = _context(credentials, ("localhost", *names)).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    threading.Thread(target=_lead, args=(proxy, api.port), daemon=True).start()
    yield api
    proxy.shutdown(socket.SHUT_RDWR)  # ends accept
    proxy.close()
    server.shutdown()
    server.server_close()


def _context(credentials: Path, names: tuple[str, ...]) -> ssl.SSLContext:
    ca = x509.load_pem_x509_certificate((credentials / "ca.pem").read_bytes())
    ca_key = load_pem_private_key((credentials / "ca-key.pem").read_bytes(), password=None)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(ca_key, hashes.SHA256())  # type: ignore[arg-type]
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = credentials / ".server.pem"
    file.write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(credentials / "ca.pem"))
    context.load_cert_chain(file)
    file.unlink()
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _lead(proxy: socket.socket, port: int) -> None:
    """Lead every CONNECT to the API."""
    while True:
        try:
            near, _ = proxy.accept()
        except OSError:
            return
        threading.Thread(target=_join, args=(near, port), daemon=True).start()


def _join(near: socket.socket, port: int) -> None:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += near.recv(1) or b"\r\n\r\n"
    far = socket.create_connection(("127.0.0.1", port))
    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    back = threading.Thread(target=_pump, args=(far, near), daemon=True)
    back.start()
    _pump(near, far)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def node(name: str, instance: str, *, ready: bool = True, message: str = "") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "creationTimestamp": WHEN},
        "spec": {"providerID": f"aws:///eu-west-1a/{instance}"},
        "status": {
            "conditions": [
                {"type": "MemoryPressure", "status": "False", "lastTransitionTime": WHEN},
                {
                    "type": "Ready",
                    "status": "True" if ready else "False",
                    "reason": "KubeletReady" if ready else "KubeletNotReady",
                    "message": message or "kubelet is posting ready status",
                    "lastTransitionTime": WHEN,
                },
            ],
            "nodeInfo": {"kubeletVersion": "v1.37.2"},
        },
    }


def daemon_set(name: str, want: int, have: int, **image: str) -> dict[str, Any]:
    return _workload(name, **image) | {
        "status": {
            "observedGeneration": 1,
            "currentNumberScheduled": want,
            "desiredNumberScheduled": want,
            "numberReady": have,
            "updatedNumberScheduled": want,
            **({"numberAvailable": have} if have else {}),
        }
    }


def deployment(name: str, want: int, have: int, **status: Any) -> dict[str, Any]:
    made = _workload(name)
    made["spec"]["replicas"] = want
    available = "True" if have else "False"
    return made | {
        "status": {
            "observedGeneration": 1,
            "replicas": want,
            "updatedReplicas": want,
            **({"availableReplicas": have} if have else {}),
            "conditions": [{"type": "Available", "status": available}],
            **status,
        }
    }


def pod(app: str, *, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pod whose one container is in `state`; `more` of its container's status."""
    return {
        "metadata": {"namespace": "kube-system", "labels": {"k8s-app": app}},
        "status": {
            "conditions": [{"type": "PodScheduled", "status": "True"}],
            "containerStatuses": [{"name": app, "ready": False, "state": state, **more}],
        },
    }


def service(name: str) -> dict[str, Any]:
    """A Service of type LoadBalancer in the namespace `default`."""
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"type": "LoadBalancer"}}


def volume(handle: str, policy: str) -> dict[str, Any]:
    """A PersistentVolume of the EBS CSI driver."""
    csi = {"driver": "ebs.csi.aws.com", "volumeHandle": handle}
    return {
        "metadata": {"name": f"pvc-{handle}"},
        "spec": {"csi": csi, "persistentVolumeReclaimPolicy": policy},
    }


def unscheduled(app: str, message: str) -> dict[str, Any]:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {
        "metadata": {"namespace": "kube-system", "labels": {"k8s-app": app}},
        "status": {"phase": "Pending", "conditions": [condition]},
    }


def _workload(name: str, digest: str = f"sha256:{'0' * 64}") -> dict[str, Any]:
    labels = {"app.kubernetes.io/managed-by": "kube-aws", "kube-aws.io/addon": name}
    return {
        "metadata": {"name": name, "namespace": "kube-system", "generation": 1, "labels": labels},
        "spec": {
            "selector": {"matchLabels": {"k8s-app": name}},
            "template": {"spec": {"containers": [{"name": name, "image": f"{name}:1@{digest}"}]}},
        },
    }
