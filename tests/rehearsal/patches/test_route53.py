"""The calls that show where moto's Route 53 is not AWS's."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import EmbeddedAws

ADDRESS = {"Name": "shop.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
OTHER = ADDRESS | {"ResourceRecords": [{"Value": "192.0.2.2"}]}
TEXT = {"Name": "text.example.com", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"ours"'}]}
CNAME = {"Name": "shop.example.com", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "a.test"}]}
ALIAS = {
    "Name": "alias.example.com",
    "Type": "A",
    "AliasTarget": {
        "HostedZoneId": "Z32O12XQLNTSW2",
        "DNSName": "a-1.eu-west-1.elb.amazonaws.com",
        "EvaluateTargetHealth": True,
    },
}


class Zone:
    """The zone example.com with the record ADDRESS."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id = client.list_hosted_zones()["HostedZones"][0]["Id"]
        self.change(("CREATE", ADDRESS))

    def change(self, *changes: tuple[str, dict[str, Any]]) -> None:
        batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
        self.client.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch={"Changes": batch})

    def refuses(self, *changes: tuple[str, dict[str, Any]]) -> str:
        before = self.records()
        with pytest.raises(ClientError) as refused:
            self.change(*changes)
        assert refused.value.response["Error"]["Code"] == "InvalidChangeBatch"
        assert self.records() == before
        return str(refused.value.response["Error"]["Message"])

    def records(self) -> list[dict[str, Any]]:
        listed = self.client.list_resource_record_sets(HostedZoneId=self.id)["ResourceRecordSets"]
        return [record for record in listed if record["Type"] not in ("NS", "SOA")]


@pytest.fixture
def zone(embedded_aws: EmbeddedAws) -> Zone:
    account = embedded_aws.account(region="eu-west-1", hosted_zone="example.com")
    return Zone(account.client("route53"))


def test_what_exists_is_not_created_again(zone: Zone) -> None:
    assert zone.refuses(("CREATE", TEXT), ("CREATE", OTHER)) == (
        "[Tried to create resource record set [name='shop.example.com.', type='A'] but it already exists]"
    )


def test_what_is_deleted_is_named_with_its_values(zone: Zone) -> None:
    tried = "[Tried to delete resource record set"
    assert zone.refuses(("DELETE", TEXT)) == (
        f"{tried} [name='text.example.com.', type='TXT'] but it was not found]"
    )
    assert zone.refuses(("DELETE", OTHER)) == (
        f"{tried} [name='shop.example.com.', type='A'] "
        "but the values provided do not match the current values]"
    )
    zone.change(("UPSERT", OTHER))
    zone.change(("DELETE", OTHER), ("CREATE", ALIAS))
    zone.change(("DELETE", ALIAS))
    assert zone.records() == []


def test_a_cname_is_alone(zone: Zone) -> None:
    assert zone.refuses(("CREATE", CNAME)) == (
        "[RRSet of type CNAME with DNS name shop.example.com. is not permitted "
        "as it conflicts with other records with the same DNS name in zone example.com.]"
    )
    zone.change(("DELETE", ADDRESS), ("CREATE", CNAME))
    assert [record["Type"] for record in zone.records()] == ["CNAME"]


def test_a_zone_holds_its_own_names(zone: Zone) -> None:
    assert zone.refuses(("CREATE", ADDRESS | {"Name": "notexample.com"})) == (
        "[RRSet with DNS name notexample.com. is not permitted in zone example.com.]"
    )
