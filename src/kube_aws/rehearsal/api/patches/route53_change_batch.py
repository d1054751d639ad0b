"""A batch of changes of records is made wholly or not at all."""

from typing import Any

from moto.route53.exceptions import Route53ClientError
from moto.route53.models import RecordSet, Route53Backend

Key = tuple[str, str, str | None]


def route53_change_batch() -> None:
    """Create no record that exists, delete none without naming its values, beside a CNAME allow no other.

    moto makes a second record of a name and type, forgets what another batch changed, and keeps what a failed
    batch did. Source: Route 53 API Reference, ChangeResourceRecordSets and error code InvalidChangeBatch.
    """

    def change(backend: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = backend.get_hosted_zone(zoneid)
        records = {_key(record): record for record in zone.rrsets}
        faults = [fault for one in change_list if (fault := _changed(records, one, zone.name))]
        if faults:
            raise Route53ClientError("InvalidChangeBatch", f"[{', '.join(faults)}]")
        zone.rrsets = list(records.values())

    Route53Backend.change_resource_record_sets = change


def _changed(records: dict[Key, Any], change: dict[str, Any], zone: str) -> str:
    """Make one change of `records`, or say what AWS has against it."""
    given = dict(change["ResourceRecordSet"])
    given["Name"] = given["Name"].rstrip(".").lower() + "."
    given["ResourceRecords"] = [value["Value"] for value in given.get("ResourceRecords") or ()]
    wanted = RecordSet(given)
    fault = _fault(records, change["Action"], wanted, zone)
    if not fault:
        records.pop(_key(wanted), None)
        if change["Action"] != "DELETE":
            records[_key(wanted)] = wanted
    return fault


def _fault(records: dict[Key, Any], action: str, wanted: Any, zone: str) -> str:
    name, there = wanted.name, records.get(_key(wanted))
    others = {one.type for one in records.values() if one.name == name} - {wanted.type}
    tried = f"Tried to {action.lower()} resource record set [name='{name}', type='{wanted.type}'] but"
    fault = ""
    if not f".{name}".endswith(f".{zone}"):
        fault = f"RRSet with DNS name {name} is not permitted in zone {zone}"
    elif action == "CREATE" and there:
        fault = f"{tried} it already exists"
    elif action == "DELETE" and not there:
        fault = f"{tried} it was not found"
    elif action == "DELETE" and _value(there) != _value(wanted):
        fault = f"{tried} the values provided do not match the current values"
    elif action != "DELETE" and ((wanted.type == "CNAME" and others) or "CNAME" in others):
        fault = (
            f"RRSet of type {wanted.type} with DNS name {name} is not permitted as it conflicts with other "
            f"records with the same DNS name in zone {zone}"
        )
    return fault


def _key(record: Any) -> Key:
    return record.name, record.type, record.set_identifier


def _value(record: Any) -> tuple[Any, ...]:
    """What a deletion has to name."""
    alias = record.alias_target or {}
    target = (alias.get("HostedZoneId"), str(alias.get("DNSName", "")).rstrip(".").lower())
    return (None if alias else int(record.ttl), sorted(record.records), target)
