"""What external-dns calls: provider/aws/aws.go, v0.21; records of Services, and a TXT record beside each."""

from tests.checks.nodes import ARTICLE
from tests.stack.permissions.accesses import access

from kube_aws.rehearsal.api.iam.access import Access

ZONE, API = ARTICLE.hosted_zone, ARTICLE.external_dns_name


def change(*names: str, kind: str = "A", action: str = "CREATE") -> Access:
    """Changing these records in one batch."""
    key = "route53:ChangeResourceRecordSets"
    given = {f"{key}NormalizedRecordNames": names, f"{key}RecordTypes": (kind,), f"{key}Actions": (action,)}
    return access(key, "arn:aws:route53:::hostedzone/Z1", given)


DOES = [
    access("route53:ListHostedZones"),
    access("route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
    *(
        change(f"minecraft.{ZONE}", f"shop.team.{ZONE}", f"cname-minecraft.{ZONE}", kind=kind, action=action)
        for kind in ("A", "AAAA", "CNAME", "TXT")
        for action in ("CREATE", "UPSERT", "DELETE")
    ),
    change(ZONE),
    change(f"shop.{API}"),
]

NEVER = [
    *(change(name) for name in ("minecraft.example.org", f"not{ZONE}", f"{ZONE}.evil.org", "io")),
    change(f"minecraft.{ZONE}", "minecraft.example.org"),
    # Who makes Services could lead the API's clients astray.
    *(change(API, kind=kind) for kind in ("A", "AAAA", "CNAME", "TXT")),
    change(f"minecraft.{ZONE}", API),
    # What a zone delegates and proves.
    *(change(f"minecraft.{ZONE}", kind=kind) for kind in ("NS", "SOA", "MX", "CAA", "DS")),
    access("route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z1"),
]
