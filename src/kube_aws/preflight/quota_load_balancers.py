"""The quota for classic load balancers."""

from collections.abc import Iterator

from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.quota import mend, quota

_CODE = "L-E9E9831D"


def check(given: Given) -> Iterator[Finding]:
    """One is left: each Service of type LoadBalancer takes one. The cluster itself comes up without."""
    if not given.cluster.addons.cloud_controller_manager.enabled:
        return
    limit = quota(given, "elasticloadbalancing", _CODE)
    used = len(given.aws.ask("elb", "describe_load_balancers")["LoadBalancerDescriptions"])
    if limit is not None and used >= limit:
        yield given.warning(
            "quota-load-balancers",
            "clusterName",
            f"all {limit} classic load balancers of the region are taken;"
            " Services of type LoadBalancer would wait for one",
            mend("elasticloadbalancing", _CODE),
        )
