"""What a rule says."""

from dataclasses import dataclass

from kube_aws.cluster.document import Path
from kube_aws.cluster.model import Cluster


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong between keys. `keys` are all that take part, as paths in cluster.yaml;
    the first that is written in the file gives the line."""

    id: str
    keys: tuple[Path, ...]
    what: str
    next_step: str = ""


def stated(cluster: Cluster, field: str) -> str:
    """A key and its value as a message names them, marked where nobody wrote it: `vpcCIDR 10.0.0.0/16`."""
    default = "" if field in cluster.model_fields_set else " (the default)"
    return f"{Cluster.model_fields[field].alias} {getattr(cluster, field)}{default}"
