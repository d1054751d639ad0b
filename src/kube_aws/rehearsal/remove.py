"""What a world has in the kernel, taken away."""

from pathlib import Path

from kube_aws.rehearsal import place
from kube_aws.rehearsal.machines import machine
from kube_aws.rehearsal.mirror import sites
from kube_aws.rehearsal.network import namespaces


def remove(state: Path) -> None:
    """End machines as a power cut does, the sites and the network: by the world's name alone, so also what a
    killed process left. The files stay.

    Raises RehearsalError where something does not end.
    """
    machine.remove_all(state)
    sites.stop(state)
    namespaces.remove(place.world(state))
