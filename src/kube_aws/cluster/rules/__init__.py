"""What the keys of cluster.yaml must be to each other. Each rule is a function from a cluster to problems."""

from kube_aws.cluster.rules import account, names, network, sizes

RULES = (
    names.zone_in_region,
    names.key_in_region,
    names.record_set,
    names.api_name_in_zone,
    network.vpc,
    network.subnet,
    network.controller_address,
    network.pods_and_services,
    network.dns_address,
    network.allowed_networks,
    network.route_table,
    sizes.pod_networks,
    sizes.addresses,
    account.partitions,
    account.tags,
)
