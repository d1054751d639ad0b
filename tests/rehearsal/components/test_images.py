"""Images have the same bytes each time, and a layout that runs."""

import hashlib
import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from kube_aws.rehearsal.components import building, downloads, images
from kube_aws.rehearsal.components.catalogue.forms import Download, Image

REFERENCE = "registry.k8s.io/group/tiny:v1"
TINY = Image(
    {"/opt/bin/tiny": "pause", "/pause": "pause"},
    ("/opt/bin/tiny",),
    links={"/usr/bin/sleeper": "../../pause"},
    user="65532:65532",
    capable=True,
)


@pytest.fixture(scope="module")
def pause(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache: Path = tmp_path_factory.mktemp("cache")
    building.build(["pause"], cache=cache)
    return building.program("pause", cache)


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive like that of unpacked packages."""
    folder: Path = tmp_path_factory.mktemp("debian")
    for name, text in {
        "usr/sbin/nft": "nft",
        "usr/lib/x86_64-linux-gnu/libnft.so.1": "library",
        "usr/lib/x86_64-linux-gnu/gconv/x.so": "of no use",
        "usr/share/doc/nftables/README": "of no use",
        "etc/protocols": "tcp 6",
        "etc/hostname": "this machine's",
    }.items():
        (folder / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "root" / name).write_text(text)
    (folder / "root" / "lib").symlink_to("usr/lib")
    subprocess.run(["tar", "-C", folder / "root", "-cf", folder / "root.tar", "."], check=True)
    return folder / "root.tar"


def _layout(into: Path, name: str) -> Any:
    repository = into / "registry.k8s.io" / "v2" / "group" / "tiny"
    return json.loads((repository / name).read_text())


def _layer(into: Path) -> Path:
    index = _layout(into, "manifests/v1.oci-index")
    manifest = _layout(into, f"manifests/{index['manifests'][0]['digest']}.oci-manifest")
    return into / "registry.k8s.io/v2/group/tiny/blobs" / manifest["layers"][0]["digest"]


def test_the_same_parts_make_the_same_bytes(pause: Path, debian: Path, tmp_path: Path) -> None:
    first = images.lay_out(TINY, REFERENCE, {"pause": pause}, debian, tmp_path / "a")
    os.utime(pause)
    second = images.lay_out(TINY, REFERENCE, {"pause": pause}, debian, tmp_path / "b")
    assert first == second
    made = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(made) == 5  # the index by tag and by digest, manifest, configuration, layer
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in made)


def test_every_digest_is_that_of_its_file(pause: Path, tmp_path: Path) -> None:
    digest = images.lay_out(TINY, REFERENCE, {"pause": pause}, None, tmp_path)
    files = list(tmp_path.rglob("sha256:*"))
    assert digest in {file.stem for file in files}
    for file in files:
        assert file.name.split(".")[0] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def test_the_configuration_says_how_to_run_it(pause: Path, tmp_path: Path) -> None:
    images.lay_out(TINY, REFERENCE, {"pause": pause}, None, tmp_path)
    index = _layout(tmp_path, "manifests/v1.oci-index")
    manifest = _layout(tmp_path, f"manifests/{index['manifests'][0]['digest']}.oci-manifest")
    config = _layout(tmp_path, f"blobs/{manifest['config']['digest']}")["config"]
    assert config["Entrypoint"] == ["/opt/bin/tiny"]
    assert config["User"] == "65532:65532"
    assert config["Env"][0].split(":")[1] == "/usr/local/bin"


@pytest.mark.skipif(os.geteuid() != 0, reason="unpacking owners and capabilities needs root")
def test_it_runs_where_it_is_unpacked(pause: Path, debian: Path, tmp_path: Path) -> None:
    images.lay_out(TINY, REFERENCE, {"pause": pause}, debian, tmp_path / "site")
    root = tmp_path / "root"
    root.mkdir()
    subprocess.run(
        ["tar", "--xattrs", "--xattrs-include=*", "-xf", _layer(tmp_path / "site"), "-C", root], check=True
    )
    running = subprocess.Popen(["chroot", "--userspec=65532:65532", root, "/opt/bin/tiny"])
    running.terminate()
    assert running.wait(10) in (0, -15)  # ended by itself, or before it listened
    capability = os.getxattr(root / "opt/bin/tiny", "security.capability")
    assert capability == bytes.fromhex("01000002 00040000 00000000 00000000 00000000")
    assert "security.capability" not in os.listxattr(root / "pause")
    assert (root / "usr/bin/sleeper").resolve() == root / "pause"
    assert (root / "etc/ssl/certs").is_dir()
    assert (root / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert (root / "lib/x86_64-linux-gnu/libnft.so.1").read_text() == "library"
    assert sorted(path.name for path in (root / "etc").iterdir()) == ["protocols", "ssl"]
    assert not (root / "usr/share").exists()
    assert not list(root.rglob("x.so"))


def test_an_archive_of_programs_unpacks_as_nodes_do_it(pause: Path, tmp_path: Path) -> None:
    url = "https://example.org/release/plugins-v1.tgz"
    download = Download({"loopback": "pause", "bridge": "pause"})
    hashes = [downloads.lay_out(download, url, {"pause": pause}, tmp_path / at) for at in ("a", "b")]
    assert hashes[0] == hashes[1]
    file = tmp_path / "a" / "example.org" / "release" / "plugins-v1.tgz"
    assert hashes[0] == hashlib.sha512(file.read_bytes()).hexdigest()
    assert file.with_name("plugins-v1.tgz.sha512").read_text().split() == [hashes[0], "plugins-v1.tgz"]
    with tarfile.open(file) as archive:
        assert [(member.name, member.mode) for member in archive] == [("bridge", 0o755), ("loopback", 0o755)]
