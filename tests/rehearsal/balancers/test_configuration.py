"""What haproxy is told, and what it tells."""

from hypothesis import given
from hypothesis import strategies as st
from tests.rehearsal.balancers.clouds import balancer, node, target

from kube_aws.rehearsal.balancers.configuration import checked, closed, configuration
from kube_aws.rehearsal.balancers.server_states import read, state_file

ZONES = st.sets(st.sampled_from("ab"))


@given(before=ZONES, after=ZONES, draining=ZONES)
def test_what_leaves_is_closed_and_what_stays_or_drains_is_not(
    before: set[str], after: set[str], draining: set[str]
) -> None:
    former, new = (
        configuration(balancer(*targets, across=True), node("a"))
        for targets in (
            [target(zone) for zone in sorted(before)],
            [target(zone, draining=zone in draining - after) for zone in sorted(after | draining)],
        )
    )
    assert closed(former, new) == {f"{target(zone).address}:30080" for zone in before - after - draining}


@given(known=st.dictionaries(st.sampled_from("ab"), st.booleans()))
def test_a_new_process_goes_on_where_the_one_before_was(known: dict[str, bool]) -> None:
    """Who was healthy is, who was not is not, and who is new is yet to be looked at."""
    one = balancer(target("a"), target("b"), across=True)
    servers = checked(one, node("a"))
    running = {True: "2 0 1 1 9 6 3 3", False: "0 0 1 1 9 8 2 0"}
    told = "".join(
        f"2 pool-instances 1 i-{zone} 10.0.0.10 {running[well]} 6 0 0 0 - 30080 - 0 0 - - 0\n"
        for zone, well in known.items()
    )
    states = read(state_file(servers, f"1\n# as haproxy writes it\n{told}"))
    assert states == {
        ("pool-instances", f"i-{zone}"): {True: "healthy", False: "unhealthy"}[known[zone]]
        if zone in known
        else "initial"
        for zone in "ab"
    }
