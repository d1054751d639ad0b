"""What a world has in the kernel, taken away."""

from pathlib import Path

from kube_aws.rehearsal import place
from kube_aws.rehearsal.balancers import haproxy
from kube_aws.rehearsal.cloud import Cloud
from kube_aws.rehearsal.machines import limits, machine
from kube_aws.rehearsal.mirror import sites
from kube_aws.rehearsal.network import names, namespaces


def remove(state: Path) -> None:
    """End machines as a power cut does, the sites and the network: by the world's name alone, so also what a
    killed process left. The files stay.

    Raises RehearsalError where something does not end.
    """
    machine.remove_all(state)
    haproxy.end(state, Cloud())
    sites.stop(state)
    namespaces.remove(place.world(state))
    if not any(names.RUN.glob(names.internet("*"))):
        limits.restore_limits()
