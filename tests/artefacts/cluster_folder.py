"""A cluster's folder for tests: the article's cluster.yaml, the demo's lock, and render on it."""

import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import NoReturn

from tests.cluster.article import ARTICLE

from kube_aws.artefacts import folder as on_disk
from kube_aws.cluster.model import Cluster
from kube_aws.operations.render import Rendered, render

LOCK = Path(__file__).parents[2] / "demo/release.lock"


def make(folder: Path, **keys: object) -> Path:
    """cluster.yaml and release.lock, nothing rendered yet."""
    folder.mkdir(exist_ok=True)
    shutil.copy(LOCK, folder / "release.lock")
    configure(folder, **keys)
    return folder


def configure(folder: Path, **keys: object) -> None:
    """Change keys of the article's cluster.yaml."""
    kept = [line for line in ARTICLE.splitlines() if line.split(":")[0] not in keys]
    lines = [*kept, *(f"{key}: {value}" for key, value in keys.items())]
    (folder / "cluster.yaml").write_text("\n".join(lines) + "\n")


def in_memory() -> Path:
    """A new folder in memory where there is one, as waiting for the disk takes most of a render's time."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="kube-aws-test-", dir=memory if memory.is_dir() else None))


def no_network(_: Cluster) -> NoReturn:
    raise AssertionError("nothing is missing, and yet AWS was asked")


def rendered(folder: Path, *reset: str, new_credentials: bool = False) -> Rendered:
    return render(folder, no_network, reset=reset, new_credentials=new_credentials)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def artefacts(folder: Path) -> dict[str, bytes]:
    return {str(path): file.content for path, file in on_disk.read(folder).items()}


def write(folder: Path, path: str | PurePosixPath, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
