"""Rules of names: zone, key and DNS."""

from collections.abc import Iterator

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.rules.problem import Problem, stated


def zone_in_region(cluster: Cluster) -> Iterator[Problem]:
    """A zone's name is its region's and a letter."""
    if cluster.availability_zone[:-1] != cluster.region:
        yield Problem(
            "zone-region",
            (("availabilityZone",), ("region",)),
            f"{stated(cluster, 'availability_zone')} is not in {stated(cluster, 'region')}",
        )


def key_in_region(cluster: Cluster) -> Iterator[Problem]:
    """Nodes ask KMS in their own region only."""
    region = cluster.kms_key_arn.split(":")[3]
    if region != cluster.region:
        yield Problem(
            "key-region",
            (("kmsKeyArn",), ("region",)),
            f"kmsKeyArn names a key in {region}, not in {stated(cluster, 'region')}",
            f"aws kms create-key --region={cluster.region}",
        )


def record_set(cluster: Cluster) -> Iterator[Problem]:
    """The record needs its zone; its TTL means something only with the record."""
    if cluster.create_record_set and not cluster.hosted_zone:
        yield Problem(
            "record-zone",
            (("createRecordSet",), ("hostedZone",)),
            "createRecordSet needs hostedZone",
            f"Add hostedZone: {cluster.external_dns_name.partition('.')[2]}",
        )
    if not cluster.create_record_set and cluster.record_set_ttl != 300:
        yield Problem(
            "record-ttl",
            (("recordSetTTL",), ("createRecordSet",)),
            f"{stated(cluster, 'record_set_ttl')} means nothing without createRecordSet",
            "Add createRecordSet: true, or remove recordSetTTL.",
        )


def api_name_in_zone(cluster: Cluster) -> Iterator[Problem]:
    """A zone holds the names that end with all of its labels."""
    name, zone = cluster.external_dns_name, cluster.hosted_zone
    if cluster.create_record_set and zone and name != zone and not name.endswith(f".{zone}"):
        yield Problem(
            "record-name",
            (("externalDNSName",), ("hostedZone",), ("createRecordSet",)),
            f"{stated(cluster, 'external_dns_name')} is not inside {stated(cluster, 'hosted_zone')}",
        )
