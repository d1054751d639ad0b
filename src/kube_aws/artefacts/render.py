"""All rendered files of a cluster, as a value: no clock, no network, no randomness."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from kube_aws.addons.manifests import manifests
from kube_aws.artefacts.folder import GIT_ATTRIBUTES
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.authorities import Authorities
from kube_aws.credentials.kubeconfig import kubeconfig
from kube_aws.release.lock import Lock
from kube_aws.stack.template import template
from kube_aws.tree import File, Tree
from kube_aws.userdata.files import files

KEEP_BYTES = b"# What nodes receive keeps its bytes: git converts no line ends here.\n* -text\n"


def render(cluster: Cluster, lock: Lock, authorities: Authorities) -> Tree:
    """stack-template.json, kubeconfig and userdata/{controller,worker,addons}/…

    Raises UserError where the lock lacks an entry.
    """
    return dict(_rendered(cluster, lock, authorities))


def _rendered(cluster: Cluster, lock: Lock, authorities: Authorities) -> Iterator[tuple[PurePosixPath, File]]:
    yield PurePosixPath("stack-template.json"), File(template(cluster, lock))
    yield PurePosixPath("kubeconfig"), File(kubeconfig(cluster))
    yield GIT_ATTRIBUTES, File(KEEP_BYTES)
    for role in ROLES:
        for path, file in files(role, cluster, lock, authorities).items():
            yield PurePosixPath("userdata", role, path), file
    for path, file in manifests(cluster, lock).items():
        yield PurePosixPath("userdata/addons", path), file
