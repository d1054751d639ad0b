"""An image that was made elsewhere is served under its catalogue's name, and told from the official one."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kube_aws.rehearsal.components import building, images
from kube_aws.rehearsal.components.catalogue.forms import Image

DRIVER = "registry.k8s.io/provider-aws/aws-ebs-csi-driver:v1.64.0"


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    """An image of this machine, as skopeo names it."""
    images.lay_out(Image({}, (), files={"/made": "elsewhere\n"}), "here/it:v1", {}, None, tmp_path / "site")
    repository, folder = tmp_path / "site/here/v2/it", tmp_path / "elsewhere"
    folder.mkdir()
    for blob in (repository / "blobs").iterdir():
        blob.rename(folder / blob.name.removeprefix("sha256:"))
    (manifest,) = (repository / "manifests").glob("*.oci-manifest")
    manifest.rename(folder / "manifest.json")
    return f"dir:{folder}"


def _import(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kube_aws.rehearsal.components", "--import", *words]
    environment = os.environ | {"XDG_CACHE_HOME": str(home)}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def test_it_is_served_in_place_of_what_is_left_out(tmp_path: Path, elsewhere: str) -> None:
    cache = tmp_path / "kube-aws" / "components"
    building.build([DRIVER], cache=cache)
    for _ in range(2):
        assert _import(tmp_path, DRIVER, elsewhere).returncode == 0
    building.clean(cache)

    (tree,) = building.trees(cache)
    repository = tree / "registry.k8s.io/v2/provider-aws/aws-ebs-csi-driver"
    index = (repository / "manifests/v1.64.0.oci-index").read_bytes()
    assert building.lock_entries(cache) == {DRIVER: f"sha256:{hashlib.sha256(index).hexdigest()}"}
    (named,) = json.loads(index)["manifests"]
    manifest = (repository / f"manifests/{named['digest']}.docker-manifest").read_bytes()
    assert (named["size"], named["platform"]["architecture"]) == (len(manifest), "amd64")
    parts = json.loads(manifest)
    for blob in (parts["config"], *parts["layers"]):
        content = (repository / "blobs" / blob["digest"]).read_bytes()
        assert blob["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kubectl", "dir:/"), "the rehearsal has no image kubectl\n"),
        ((DRIVER, "dir:/nowhere"), "error: skopeo copy: "),
        ((DRIVER, "dir:/nowhere"), "/nowhere"),
        ((DRIVER,), "--import takes two words"),
    ],
)
def test_what_cannot_be_imported_is_told(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = _import(tmp_path, *words)
    assert done.returncode == 1
    assert said in done.stderr
