"""A stranger installs the wheel, without extras, in a bare environment and renders a cluster."""

import subprocess
import venv
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def kube_aws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script of a fresh environment that holds the wheel and what the lock file pins."""
    work = tmp_path_factory.mktemp("wheel")
    uv = PROJECT / ".cache" / "uv" / "bin" / "uv"
    requirements = work / "requirements.txt"
    export = [uv, "export", "--frozen", "--quiet", "--no-dev", "--no-emit-project", "-o", requirements]
    subprocess.run(export, cwd=PROJECT, check=True)
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", work, PROJECT], check=True)
    venv.create(work / "bare", with_pip=False)
    install = [uv, "pip", "install", "--quiet", "--python", work / "bare" / "bin" / "python"]
    subprocess.run([*install, "-r", requirements, next(work.glob("*.whl"))], check=True)
    return work / "bare" / "bin" / "kube-aws"


def test_the_wheel_alone_makes_renders_and_validates_a_cluster(kube_aws: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = subprocess.run(
            [kube_aws, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(
        "init",
        "--cluster-name=particule-k8s-clust",
        "--external-dns-name=k8s.particule.io",
        "--region=eu-west-1",
        "--availability-zone=eu-west-1a",
        "--key-name=klefevre-sorrow",
        "--kms-key-arn=arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701",
    )
    (tmp_path / "release.lock").write_bytes((PROJECT / "demo" / "release.lock").read_bytes())
    assert "Success! Stack rendered to stack-template.json." in run("render")
    assert "Validation OK!" in run("validate", "--offline")
