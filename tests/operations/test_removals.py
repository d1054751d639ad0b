"""What goes when, of any leftovers."""

from hypothesis import given
from hypothesis import strategies as st

from kube_aws.aws.leftovers.leftover import KINDS, Group, Leftover, Record, Volume
from kube_aws.aws.leftovers.records import owned
from kube_aws.operations.removals import removals

POLICIES = st.sampled_from(["", "Delete", "Retain", "Recycle"])
IDS = st.text("abc", min_size=1, max_size=3)
LEFTOVERS = st.lists(
    st.one_of(
        st.builds(Leftover, st.sampled_from(KINDS[1:4]), IDS, IDS, IDS),
        st.builds(Group, st.just("security group"), IDS, IDS, IDS, st.just({})),
        st.builds(Record, st.just("DNS name"), IDS, IDS, IDS, IDS, st.just(())),
        st.builds(Volume, st.just("volume"), IDS, IDS, IDS, POLICIES),
    ),
    unique_by=lambda one: one.key,
)


@given(LEFTOVERS, st.dictionaries(IDS, POLICIES.filter(bool)))
def test_each_goes_once_or_stays_once_and_nothing_before_what_uses_it(
    found: list[Leftover], policies: dict[str, str]
) -> None:
    plan = removals(found, policies)
    kept = [one.leftover for one in plan.kept]
    assert sorted(one.key for one in (*plan.all, *kept)) == sorted(one.key for one in found)
    order = [KINDS.index(one.kind) for one in plan.all]
    assert order == sorted(order)
    for one in found:
        if isinstance(one, Volume):
            goes = policies.get(one.id, one.reclaim) == "Delete"
            assert (one in plan.after, one in kept) == (goes, not goes)
        else:
            assert one in plan.before


def _text(name: str, owner: str, heritage: str = "external-dns") -> dict[str, object]:
    told = f'"heritage={heritage},external-dns/owner={owner},external-dns/resource=service/default/shop"'
    return {"Name": name, "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": told}]}


def _alias(name: str, kind: str) -> dict[str, object]:
    target = {"HostedZoneId": "Z1", "DNSName": "lb.", "EvaluateTargetHealth": True}
    return {"Name": name, "Type": kind, "AliasTarget": target}


def test_records_are_a_clusters_by_what_lies_beside_them() -> None:
    ours = [
        _alias("shop.example.com.", "A"),
        _alias("shop.example.com.", "AAAA"),
        _text("cname-shop.example.com.", "ours"),
        _text("aaaa-shop.example.com.", "ours"),
        _text("a-\\052.example.com.", "ours"),
    ]
    others = [
        {"Name": "shop.example.com.", "Type": "MX", "TTL": 60, "ResourceRecords": [{"Value": "1 m."}]},
        _alias("theirs.example.com.", "A"),
        _text("cname-theirs.example.com.", "ours-too"),
        _alias("api.example.com.", "A"),
        _text("cname-api.example.com.", "ours"),
        _text("cname-by-hand.example.com.", "ours", heritage="me"),
        _text("shop.example.com.", "ours"),
    ]
    found = list(owned([*ours, *others], "Z9", "ours", "api.example.com"))
    assert [(one.name, one.of, one.zone) for one in found] == [
        ("shop.example.com", "default/shop", "Z9"),
        ("*.example.com", "default/shop", "Z9"),
    ]
    removed = [dict(each) for one in found for each in one.sets]
    assert sorted(removed, key=str) == sorted(ours, key=str)
