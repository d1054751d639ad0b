"""A world's sites, as nodes and the operator see them: from within its namespace, by name, over TLS."""

import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kube_aws.rehearsal import place
from kube_aws.rehearsal.components import building, downloads, images
from kube_aws.rehearsal.components.catalogue.forms import Image
from kube_aws.rehearsal.mirror import authority, content, sites
from kube_aws.rehearsal.process import RehearsalError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")

FILE = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet"
PAUSE = "registry.k8s.io/pause:3.10.1"
PORT = 4599
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
VISIT = """
import sys
from pathlib import Path
from kube_aws.rehearsal.components import official, skopeo
probe, url, reference, into = sys.argv[1:4] + [Path(sys.argv[4])]
print(official.reachable(probe), official.download(url, into, "sha512"), skopeo.official(reference, into))
"""


class World:
    """A world of sites alone: a namespace with the sites' address, and the server in it."""

    def __init__(self, state: Path, trees: Path) -> None:
        self.state, self.trees = state, trees
        self.id = place.world(state)
        self.namespace = place.internet(state)
        self.names = Path("/etc/netns") / self.namespace

    def make(self) -> None:
        self.names.mkdir(parents=True)
        (self.names / "hosts").write_text(
            f"192.0.2.80 dl.k8s.io registry.k8s.io ec2.eu-west-1.amazonaws.com iam.amazonaws.com {ECR}\n"
        )
        ip = ["ip", "-n", self.namespace]
        subprocess.run(["ip", "netns", "add", self.namespace], check=True)
        subprocess.run([*ip, "link", "set", "lo", "up"], check=True)
        subprocess.run([*ip, "address", "add", "192.0.2.80/32", "dev", "lo"], check=True)
        content.lay_out(self.state, [self.trees])
        self.start()

    def start(self) -> None:
        sites.start(self.id, self.state, [PAUSE], PORT)

    def remove(self) -> None:
        sites.stop(self.state)
        subprocess.run(["ip", "netns", "delete", self.namespace], check=True)
        shutil.rmtree(self.names)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command there; it trusts the world's authority alone."""
        certificate = str(authority.certificate(self.state))
        trust = os.environ | {"SSL_CERT_FILE": certificate, "CURL_CA_BUNDLE": certificate}
        inside = ["ip", "netns", "exec", self.namespace, *command]
        return subprocess.run(inside, check=False, capture_output=True, text=True, env=trust, timeout=60)

    def fetch(self, probe: str, into: Path) -> subprocess.CompletedProcess[str]:
        """What a visitor of an official site gets: if it answers, a hash, a digest."""
        return self.run(sys.executable, "-c", VISIT, probe, FILE, PAUSE, str(into))

    def status(self, url: str) -> str:
        return self.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url).stdout


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the sites serve: an image, and a file in the place of kubelet."""
    made: Path = tmp_path_factory.mktemp("made")
    building.build(["pause"], cache=made)
    program = building.program("pause", made)
    images.lay_out(Image({"/pause": "pause"}, ("/pause",)), PAUSE, {"pause": program}, None, made / "site")
    file = made / "site" / FILE.removeprefix("https://")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"kubelet" * 100_000)
    downloads.publish_hash(file, "sha512")
    return made / "site"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, trees: Path) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("state"), trees)
    made.make()
    yield made
    made.remove()


@pytest.fixture
def world(running: World) -> World:
    content.lay_out(running.state, [running.trees])
    return running


def test_a_file_and_its_hash_come_under_their_own_url(world: World) -> None:
    got = world.run("curl", "-fsS", FILE)
    told = world.run("curl", "-fsS", f"{FILE}.sha512")
    assert (got.stderr, got.stdout) == ("", "kubelet" * 100_000)
    assert told.stdout.split() == [sha512(got.stdout.encode()).hexdigest(), "kubelet"]


def test_nobody_else_trusts_the_sites(world: World) -> None:
    inside = ["ip", "netns", "exec", world.namespace, "curl", "-sS", FILE]
    refused = subprocess.run(inside, check=False, capture_output=True, text=True)
    assert refused.returncode == 60


def test_what_no_site_has_is_not_found(world: World) -> None:
    assert world.status(f"{FILE}-of-tomorrow") == "404"
    assert world.status("https://registry.k8s.io/v2/pause/manifests/9") == "404"


def test_an_image_is_pulled_by_tag_and_by_digest(world: World, tmp_path: Path) -> None:
    for name in (f"docker://{PAUSE}", _pinned(world)):
        copied = world.run("skopeo", "copy", "--preserve-digests", name, f"oci:{tmp_path / 'oci'}:got")
        assert copied.returncode == 0, copied.stderr
    looked = json.loads(world.run("skopeo", "inspect", f"oci:{tmp_path / 'oci'}:got").stdout)
    assert (looked["Os"], looked["Architecture"]) == ("linux", "amd64")


def test_ecr_gives_images_to_who_has_its_password(world: World) -> None:
    served = content.sites(world.state)
    shutil.copytree(served / "registry.k8s.io", served / ECR)
    name = f"docker://{ECR}/pause:{PAUSE.partition(':')[2]}"
    for credentials in ((), ("--creds=AWS:another",)):
        refused = world.run("skopeo", "inspect", "--raw", *credentials, name)
        assert "unauthorized" in refused.stderr.lower()
    known = world.run("skopeo", "inspect", "--raw", f"--creds=AWS:{sites.ECR_PASSWORD}", name)
    assert known.returncode == 0, known.stderr


def test_what_was_built_says_so_beside_its_hash(world: World) -> None:
    for url, says in (
        (f"https://registry.k8s.io/v2/pause/manifests/{PAUSE.partition(':')[2]}", True),
        (f"{FILE}.sha512", False),
    ):
        headers = world.run("curl", "-fsSI", url).stdout.lower()
        assert ("\nkube-aws-built: true" in headers) == says, url


def test_a_spoiled_file_has_another_hash_for_this_world_alone(world: World) -> None:
    content.spoil(world.state, FILE)
    assert world.run("curl", "-fsS", FILE).stdout == "not what it was\n"
    assert (world.trees / FILE.removeprefix("https://")).read_bytes() == b"kubelet" * 100_000
    content.restore(world.state, FILE)
    assert world.run("curl", "-fsS", FILE).stdout == "kubelet" * 100_000


def test_a_withheld_image_cannot_be_pulled_until_it_is_restored(world: World) -> None:
    name, pinned = f"docker://{PAUSE}", _pinned(world)
    content.withhold(world.state, PAUSE)
    content.withhold(world.state, PAUSE)
    assert "manifest unknown" in world.run("skopeo", "inspect", "--raw", name).stderr.lower()
    assert "manifest unknown" in world.run("skopeo", "inspect", "--raw", pinned).stderr.lower()
    content.restore(world.state, PAUSE)
    assert world.run("skopeo", "inspect", "--raw", name).returncode == 0
    assert world.run("skopeo", "inspect", "--raw", pinned).returncode == 0


def test_a_spoiled_image_is_refused_by_its_digest(world: World, tmp_path: Path) -> None:
    pinned = _pinned(world)
    content.spoil(world.state, f"{PAUSE}@{pinned.partition('@')[2]}")
    pulled = world.run("skopeo", "copy", pinned, f"oci:{tmp_path / 'oci'}:got")
    assert "does not match" in pulled.stderr


def test_a_fault_of_what_is_not_served_is_an_error(world: World) -> None:
    for name in ("https://dl.k8s.io/nothing", "registry.k8s.io/nothing:1"):
        with pytest.raises(RehearsalError, match="nothing"):
            content.withhold(world.state, name)


class _Aws(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = json.dumps([self.headers["Host"], self.path, body.decode()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def aws(world: World) -> Iterator[None]:
    """Something that answers on the embedded AWS's socket."""
    file = world.state / "api.sock"

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_UNIX

        def server_bind(self) -> None:
            self.socket.bind(str(file))

    server = Server(("", 0), _Aws)
    threading.Thread(target=server.serve_forever).start()
    yield
    server.shutdown()
    server.server_close()
    file.unlink()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "endpoint",
    ["https://ec2.eu-west-1.amazonaws.com", "https://iam.amazonaws.com", f"http://127.0.0.1:{PORT}"],
)
def test_aws_gets_requests_as_they_were_signed(world: World, endpoint: str) -> None:
    got = world.run(
        "curl", "-fsS", "--path-as-is", "-d", "Action=X", f"{endpoint}/a%2Fb//c?d=%20e", f"{endpoint}/"
    )
    host = urlsplit(endpoint).netloc
    assert got.stdout == json.dumps([host, "/a%2Fb//c?d=%20e", "Action=X"]) + json.dumps(
        [host, "/", "Action=X"]
    ), got


@pytest.mark.usefixtures("aws")
def test_a_client_keeps_its_connection_to_aws(world: World) -> None:
    url = "https://ec2.eu-west-1.amazonaws.com/"
    got = world.run(
        "curl", "-sS", "-d", "x", "-w", "%{num_connects} ", "-o", "/dev/null", url, "-o", "/dev/null", url
    )
    assert got.stdout.split() == ["1", "0"]


def test_a_killed_server_starts_again_and_stop_leaves_nothing(world: World) -> None:
    before = list(sites._processes(world.state))
    master = int((world.state / "mirror" / "nginx.pid").read_text())
    os.kill(master, signal.SIGKILL)
    world.start()
    assert world.status(FILE) == "200"
    assert set(before).isdisjoint(sites._processes(world.state))
    sites.stop(world.state)
    pids = subprocess.run(
        ["ip", "netns", "pids", world.namespace], check=True, capture_output=True, text=True
    )
    assert pids.stdout == ""
    sites.stop(world.state)
    world.start()


def test_without_the_namespace_the_error_says_so(tmp_path: Path, trees: Path) -> None:
    lost = World(tmp_path, trees)
    content.lay_out(tmp_path, [trees])
    with pytest.raises(RehearsalError, match=lost.namespace):
        lost.start()


def test_the_authority_is_made_once_and_its_key_is_for_its_owner(world: World) -> None:
    before = authority.certificate(world.state).read_bytes()
    world.start()
    assert authority.certificate(world.state).read_bytes() == before
    for file in ("authority-key.pem", "server.pem"):
        assert (world.state / "mirror" / file).stat().st_mode & 0o777 == 0o600


def test_what_can_be_reached_is_fetched_as_it_is(world: World, tmp_path: Path) -> None:
    """components/official.py, with the world's sites in the place of the official ones."""
    fetched = world.fetch(f"{FILE}.sha512", tmp_path)
    told = ["True", sha512(b"kubelet" * 100_000).hexdigest(), _pinned(world).partition("@")[2]]
    assert fetched.stdout.split() == told, fetched.stderr
    for file in filter(Path.is_file, world.trees.rglob("*")):
        assert (tmp_path / file.relative_to(world.trees)).read_bytes() == file.read_bytes()


def test_a_download_with_another_hash_is_refused(world: World, tmp_path: Path) -> None:
    content.spoil(world.state, FILE)
    assert "has another hash than its site tells" in world.fetch(FILE, tmp_path).stderr


def _pinned(world: World) -> str:
    """The image by the digest of the index that its tag names, as skopeo takes it."""
    index = world.run("skopeo", "inspect", "--raw", f"docker://{PAUSE}").stdout
    return f"docker://registry.k8s.io/pause@sha256:{sha256(index.encode()).hexdigest()}"
