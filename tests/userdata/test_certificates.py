"""The script `certificates` with the real openssl: what is issued, how long it lives, when it is renewed."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kube_aws.credentials.create import create
from kube_aws.tree import Tree

from .node import Node

FOLDER = "/run/kube-aws/"
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
CERTIFICATES = {
    "admin/client.pem": ("ca", "system:masters", "kube-aws:controller", {CLIENT}),
    "etcd/member.pem": ("etcd-ca", None, "etcd", {SERVER, CLIENT}),
    "kube-apiserver/etcd-client.pem": ("etcd-ca", None, "kube-apiserver", {CLIENT}),
    "kube-apiserver/front-proxy-client.pem": ("front-proxy-ca", None, "front-proxy-client", {CLIENT}),
    "kube-apiserver/kubelet-client.pem": ("ca", None, "kube-apiserver-kubelet-client", {CLIENT}),
    "kube-apiserver/server.pem": ("ca", None, "kube-apiserver", {SERVER}),
    "kube-controller-manager/client.pem": ("ca", None, "system:kube-controller-manager", {CLIENT}),
    "kube-scheduler/client.pem": ("ca", None, "system:kube-scheduler", {CLIENT}),
    "kubelet/client.pem": (
        "ca",
        "system:nodes",
        "system:node:ip-10-0-0-50.eu-west-1.compute.internal",
        {CLIENT},
    ),
    "kubelet/server.pem": (
        "ca",
        "system:nodes",
        "system:node:ip-10-0-0-50.eu-west-1.compute.internal",
        {SERVER},
    ),
}


@pytest.fixture(scope="module")
def credentials() -> Tree:
    return create("particule-k8s-clust", datetime.now(UTC))


@pytest.fixture
def unsealed(controller: Node, credentials: Tree) -> Node:
    """A controller after its stages `identity` and `unseal`."""
    controller.write(
        FOLDER + "identity.env", "NODE_NAME=ip-10-0-0-50.eu-west-1.compute.internal\nNODE_IP=10.0.0.50\n"
    )
    for name in ("ca-key.pem", "etcd-ca-key.pem", "front-proxy-ca-key.pem", "service-account-key.pem"):
        controller.write(FOLDER + f"credentials/{name}", credentials[PurePosixPath(name)].content.decode())
    controller.write(FOLDER + "credentials/encryption-key", "c2VjcmV0\n")
    return controller


def certificate(node: Node, file: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(node.read(FOLDER + file).encode())


def live_for(node: Node, seconds: int) -> None:
    env = node.read("/etc/kube-aws/cluster.env")
    node.write(
        "/etc/kube-aws/cluster.env",
        re.sub(r"(?<=^CERTIFICATE_SECONDS=).*", str(seconds), env, flags=re.MULTILINE),
    )


def test_every_certificate_is_issued_by_its_authority_for_its_use(unsealed: Node, credentials: Tree):
    unsealed.run("certificates")
    issued = {
        str(path.relative_to(unsealed.root / "run/kube-aws")): path
        for path in (unsealed.root / "run/kube-aws").glob("*/*.pem")
    }
    assert set(CERTIFICATES) <= set(issued)
    serials = set()
    for file, (authority, organization, name, usages) in CERTIFICATES.items():
        made = certificate(unsealed, file)
        # The authority of credentials/, not the certificate that the node made of its key.
        made.verify_directly_issued_by(
            x509.load_pem_x509_certificate(credentials[PurePosixPath(f"{authority}.pem")].content)
        )
        names = {attribute.oid: attribute.value for attribute in made.subject}
        assert names.get(NameOID.ORGANIZATION_NAME) == organization
        assert names[NameOID.COMMON_NAME] == name
        assert set(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == usages
        assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        key = load_pem_private_key(issued[file].read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert isinstance(key.curve, ec.SECP256R1)
        assert key.public_key() == made.public_key()
        serials.add(made.serial_number)
    assert len(serials) == len(CERTIFICATES)
    assert {path.stat().st_mode & 0o777 for path in issued.values()} <= {0o600, 0o644}
    assert {issued[file].stat().st_mode & 0o777 for file in CERTIFICATES} == {0o600}


def test_the_api_server_answers_to_every_name_under_which_it_is_reached(unsealed: Node):
    unsealed.run("certificates")
    made = certificate(unsealed, "kube-apiserver/server.pem")
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {
        "k8s.particule.io",
        "api.particule-k8s-clust.internal",
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    }
    assert {str(address) for address in names.get_values_for_type(x509.IPAddress)} == {
        "10.3.0.1",
        "127.0.0.1",
        "10.0.0.50",
    }


def test_they_start_five_minutes_back_and_end_as_cluster_env_says(unsealed: Node):
    live_for(unsealed, 600)
    before = datetime.now(UTC)
    unsealed.run("certificates")
    made = certificate(unsealed, "etcd/member.pem")
    margin = timedelta(seconds=30)
    assert abs(made.not_valid_before_utc - (before - timedelta(minutes=5))) < margin
    assert abs(made.not_valid_after_utc - (before + timedelta(seconds=600))) < margin


def test_only_the_last_third_of_a_life_is_renewed(unsealed: Node):
    live_for(unsealed, 600)
    unsealed.run("certificates")
    first = {file: certificate(unsealed, file).serial_number for file in CERTIFICATES}
    unsealed.run("certificates")
    assert {file: certificate(unsealed, file).serial_number for file in CERTIFICATES} == first
    # Less than 600 seconds are left: the last third of 1801.
    live_for(unsealed, 1801)
    unsealed.run("certificates")
    again = {file: certificate(unsealed, file).serial_number for file in CERTIFICATES}
    assert all(again[file] != first[file] for file in CERTIFICATES)


def test_a_lost_file_is_issued_again_alone(unsealed: Node):
    unsealed.run("certificates")
    first = {file: certificate(unsealed, file).serial_number for file in CERTIFICATES}
    (unsealed.root / "run/kube-aws/kubelet/server.pem").unlink()
    unsealed.run("certificates")
    again = {file: certificate(unsealed, file).serial_number for file in CERTIFICATES}
    assert {file for file in first if first[file] != again[file]} == {"kubelet/server.pem"}


def test_secrets_are_encrypted_with_the_unsealed_key(unsealed: Node):
    unsealed.run("certificates")
    written = json.loads(unsealed.read(FOLDER + "kube-apiserver/encryption.json"))
    assert written["resources"][0]["providers"][0] == {
        "secretbox": {"keys": [{"name": "1", "secret": "c2VjcmV0"}]}
    }
    assert (unsealed.root / "run/kube-aws/kube-apiserver/encryption.json").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_behind_and_openssl_says_why_it_fails(unsealed: Node):
    unsealed.write(FOLDER + "credentials/ca-key.pem", "damaged\n")
    done = unsealed.run("certificates", check=False)
    assert done.returncode
    assert "ca-key.pem" in done.stderr
    assert not list((unsealed.root / "run/kube-aws").glob("certificates.*"))
