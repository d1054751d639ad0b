"""What a node may ask the download sites for, and how each of it is made here."""

from collections.abc import Mapping

from kube_aws.rehearsal.components.catalogue.forms import Image
from kube_aws.rehearsal.components.catalogue.programs import SOURCES
from kube_aws.rehearsal.components.catalogue.served import CLUSTER
from kube_aws.rehearsal.components.catalogue.tests import CONFORMANCE, UPSTREAM

IMAGES: Mapping[str, Image] = {**CLUSTER, **UPSTREAM}
"""Images by reference."""

FOR_TESTS = ("kubeadm", "agnhost", "nnp", "sample-apiserver", *SOURCES, *CONFORMANCE)
"""What only tests and benchmarks ask for: a rehearsal does without."""
