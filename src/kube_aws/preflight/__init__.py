"""What AWS itself has to say before anything is created: one file per check.

Each module has `check(given: Given) -> Iterator[Finding]`; it only reads.
"""

ALL = (
    "identity",
    "key_pair",
    "kms_key",
    "hosted_zone",
    "record",
    "zone",
    "instance_types",
    "free_plan",
    "machine_image",
    "vpc",
    "subnets",
    "route_table",
    "quota_vcpus",
    "quota_addresses",
    "quota_vpcs",
    "quota_load_balancers",
)
