"""The files that findings point into."""

from pathlib import Path

from kube_aws.tree import Tree


def sources(folder: Path, disk: Tree) -> dict[str, bytes]:
    """cluster.yaml and the artefacts, by their path in the folder."""
    yaml = folder / "cluster.yaml"
    files = {str(path): file.content for path, file in disk.items()}
    return {**files, "cluster.yaml": yaml.read_bytes()} if yaml.exists() else files
