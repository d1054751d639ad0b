"""The manifests of the add-ons that a cluster has, and of `access`, which every cluster has; a folder
each beside this file.

Every object has the label `app.kubernetes.io/managed-by: kube-aws`, by which controllers find what the
stack does not hold any more and remove it, and `kube-aws.io/addon` with its add-on's name.
"""

from importlib.resources import files as package_files
from pathlib import PurePosixPath

from kube_aws import template
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import add_ons, api_name, pools
from kube_aws.release.choose import image
from kube_aws.release.lock import Lock
from kube_aws.release.versions import versions
from kube_aws.tree import File, Tree


def manifests(cluster: Cluster, lock: Lock) -> Tree:
    """`<add-on>/<file>.yaml`. Raises UserError where the lock lacks an image."""
    values = {
        "cluster": cluster,
        "workers": sum(pool.count for pool in pools(cluster)),
        "api": api_name(cluster),
        "versions": versions(cluster.kubernetes_version),
        "image": lambda reference: image(lock, reference).pinned,
    }
    tree: dict[PurePosixPath, File] = {}
    for folder in ("access", *add_ons(cluster)):
        for source in (package_files("kube_aws.addons") / folder).iterdir():
            text = template.render(source.read_text("utf-8"), values)
            tree[PurePosixPath(folder, source.name)] = File(text.encode())
    return dict(sorted(tree.items()))
