"""Valid clusters to try the stack with, and a lock that fits all of them."""

import json

from hypothesis import strategies as st
from tests.scenarios.scenario import lock

from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster

LOCK = lock()

REQUIRED = {
    "clusterName": "defaults",
    "externalDNSName": "k8s.example.com",
    "keyName": "operator",
    "region": "eu-west-1",
    "availabilityZone": "eu-west-1a",
    "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701",
}

NETWORKS = st.lists(st.sampled_from(["192.0.2.0/24", "198.51.100.0/24", "203.0.113.9/32"]), unique=True)

OPTIONAL = st.fixed_dictionaries(
    {},
    optional={
        "releaseChannel": st.sampled_from(["alpha", "beta", "stable"]),
        "controllerAddress": st.sampled_from(["interface", "assigned"]),
        "controllerInstanceType": st.sampled_from(["t2.medium", "t4g.medium", "m7i.large"]),
        "workerInstanceType": st.sampled_from(["t2.small", "t4g.small"]),
        "workerCount": st.integers(0, 20),
        "workerSpotPrice": st.sampled_from(["0.05", "1"]),
        "apiAllowedCIDRs": NETWORKS.filter(bool),
        "sshAllowedCIDRs": NETWORKS,
        "permissionsBoundary": st.just("arn:aws:iam::123456789012:policy/boundary"),
        "iamPath": st.just("/kubernetes/"),
        "stackTags": st.dictionaries(st.sampled_from(["Team", "CostCentre"]), st.just("x")),
        "addons": st.fixed_dictionaries(
            {}, optional={"aws-cloud-controller-manager": st.fixed_dictionaries({"enabled": st.booleans()})}
        ),
    },
)
NETWORK = st.sampled_from(
    [
        {},
        {"vpcId": "vpc-0a1b2c3d4e5f60718"},
        {"vpcId": "vpc-0a1b2c3d4e5f60718", "routeTableId": "rtb-0a1b2c3d4e5f60718"},
    ]
)
NAMES = st.sampled_from([{}, {"createRecordSet": True, "hostedZone": "example.com"}])

CLUSTERS = st.builds(
    lambda *parts: cluster(**{k: v for part in parts for k, v in part.items()}), OPTIONAL, NETWORK, NAMES
)


def cluster(**keys: object) -> Cluster:
    """The cluster of all defaults, with these keys of cluster.yaml besides."""
    # JSON is YAML.
    loaded, findings = load(json.dumps(REQUIRED | keys).encode(), "cluster.yaml")
    assert loaded is not None, findings
    return loaded
