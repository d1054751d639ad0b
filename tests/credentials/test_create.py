import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from kube_aws.credentials.authorities import authorities, fingerprints
from kube_aws.credentials.create import create
from kube_aws.credentials.roles import FILES, secrets, stand_in
from kube_aws.credentials.verify import RENEW_ADMIN, expiry, verify
from kube_aws.tree import File, Tree

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def credentials() -> Tree:
    return create("particule-k8s-clust", NOW)


@pytest.fixture
def folder(tmp_path: Path, credentials: Tree) -> Path:
    for path, file in credentials.items():
        (tmp_path / path).write_bytes(file.content)
    return tmp_path


def openssl(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def with_file(credentials: Tree, name: str, content: bytes) -> Tree:
    return {**credentials, PurePosixPath(name): File(content)}


def reasons(credentials: Tree) -> list[str]:
    return [f"{finding.place}: {finding.what}" for finding in verify(credentials)]


def test_holds_every_file_and_hides_itself_from_git(credentials: Tree) -> None:
    assert {str(path) for path in credentials} == {*FILES, ".gitignore"}
    assert credentials[PurePosixPath(".gitignore")].content == b"*\n"
    assert reasons(credentials) == []


@pytest.mark.parametrize("name", ["ca", "etcd-ca", "front-proxy-ca"])
def test_openssl_accepts_each_authority_for_ten_years(folder: Path, name: str) -> None:
    text = openssl(folder, "x509", "-in", f"{name}.pem", "-noout", "-text")
    assert "CA:TRUE, pathlen:0" in text
    assert "prime256v1" in text
    assert "particule-k8s-clust" in openssl(folder, "x509", "-in", f"{name}.pem", "-noout", "-subject")
    assert "Nov 20 11:55:00 2036 GMT" in text
    assert openssl(folder, "verify", "-CAfile", f"{name}.pem", f"{name}.pem") == f"{name}.pem: OK\n"


def test_the_authorities_are_told_apart_by_their_names(folder: Path) -> None:
    names = [openssl(folder, "x509", "-in", f"{n}.pem", "-noout", "-subject") for n in ("ca", "etcd-ca")]
    assert names[0] != names[1]


def test_the_admin_is_a_client_of_the_group_admins_for_a_year(folder: Path) -> None:
    subject = openssl(folder, "x509", "-in", "admin.pem", "-noout", "-subject")
    assert re.search(r"O ?= ?kube-aws:admins", subject)
    purpose = openssl(folder, "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "admin.pem")
    assert purpose == "admin.pem: OK\n"
    end = openssl(folder, "x509", "-in", "admin.pem", "-noout", "-enddate")
    assert end == "notAfter=Nov 23 11:55:00 2027 GMT\n"


def test_a_long_cluster_name_fits_in_the_certificates() -> None:
    assert reasons(create("k" * 63, NOW)) == []


def test_what_a_role_is_given_fits_in_one_kms_call(credentials: Tree) -> None:
    controller, worker = secrets("controller", credentials), secrets("worker", credentials)
    assert len(worker) < len(controller) <= 4096
    assert b"PRIVATE KEY" not in worker
    assert b"admin" not in controller


def test_the_stand_in_is_as_large_as_a_ciphertext(credentials: Tree) -> None:
    """KMS adds 150 to 190 bytes to a plaintext."""
    for role in ("controller", "worker"):
        assert 140 <= len(stand_in(role)) - len(secrets(role, credentials)) <= 240


def test_fingerprints_are_those_that_openssl_prints(folder: Path, credentials: Tree) -> None:
    found = fingerprints(authorities(credentials))
    for name in ("ca", "etcd-ca", "front-proxy-ca"):
        told = openssl(folder, "x509", "-in", f"{name}.pem", "-noout", "-fingerprint", "-sha256")
        assert told.strip().split("=")[1].replace(":", "").lower() == found[name]
    assert len(found["service-account"]) == 64


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_is_named(credentials: Tree, name: str) -> None:
    left = {path: file for path, file in credentials.items() if path.name != name}
    assert reasons(left) == [f"credentials/{name}: is missing"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_damaged_is_named(credentials: Tree, name: str) -> None:
    content = credentials[PurePosixPath(name)].content
    for damaged in (b"", content[: len(content) // 2], b"\xff\xfe" + content[7:]):
        found = reasons(with_file(credentials, name, damaged))
        assert len(found) == 1
        assert found[0].startswith(f"credentials/{name}: ")


@pytest.mark.parametrize("name", ["ca", "etcd-ca", "front-proxy-ca", "service-account", "admin"])
def test_a_key_of_another_cluster_is_told(credentials: Tree, name: str) -> None:
    other = create("particule-k8s-clust", NOW)[PurePosixPath(f"{name}-key.pem")].content
    assert reasons(with_file(credentials, f"{name}-key.pem", other)) == [
        f"credentials/{name}-key.pem: is not the key of {name}.pem"
    ]


def test_an_admin_of_another_authority_is_told(credentials: Tree) -> None:
    other = create("particule-k8s-clust", NOW)
    mixed = with_file(credentials, "admin.pem", other[PurePosixPath("admin.pem")].content)
    mixed = with_file(mixed, "admin-key.pem", other[PurePosixPath("admin-key.pem")].content)
    assert reasons(mixed) == ["credentials/admin.pem: is not issued by ca.pem"]


@pytest.mark.parametrize(
    ("days", "severities"), [(0, []), (300, []), (336, ["warning"]), (365, ["error"]), (999, ["error"])]
)
def test_the_end_of_the_admins_certificate_is_told_a_month_before(
    credentials: Tree, days: int, severities: list[str]
) -> None:
    assert [found.severity for found in expiry(credentials, NOW + timedelta(days=days))] == severities


def test_the_told_command_renews_the_admins_certificate(tmp_path: Path, credentials: Tree) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    for path, file in credentials.items():
        (folder / path).write_bytes(file.content)
    command = RENEW_ADMIN.split("\n", 1)[1]
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=tmp_path, check=True, capture_output=True)
    renewed = with_file(credentials, "admin.pem", (folder / "admin.pem").read_bytes())
    assert reasons(renewed) == []
    assert list(expiry(renewed, datetime.now(UTC))) == []
    assert "kube-aws:admins" in openssl(folder, "x509", "-in", "admin.pem", "-noout", "-subject")
