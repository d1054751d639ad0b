"""Load balancers for real: haproxy in namespaces, behind their security groups."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import SOCK_STREAM
from threading import Thread
from typing import Any

import pytest
from tests.rehearsal.balancers.clouds import CHECK, PORT, balancer, cloud, target
from tests.rehearsal.balancers.world import World
from tests.rehearsal.network.clouds import group
from tests.rehearsal.network.inhabitants import call, listening, reached, talk
from tests.rehearsal.wait import wait

from kube_aws.rehearsal.balancers import haproxy
from kube_aws.rehearsal.cloud import Balancer, Check, Listener, Pool, Rule, Target
from kube_aws.rehearsal.network.names import namespace
from kube_aws.rehearsal.network.namespaces import existing
from kube_aws.rehearsal.network.sockets import listen

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")


@contextmanager
def _http(world: World, who: str, port: int, path: str) -> Iterator[list[Message]]:
    """A web server with one page; gives the headers of the requests for it."""
    seen: list[Message] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers)
            self.send_response(200 if self.path == path else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("", 0), Page, bind_and_activate=False)
    server.socket.close()
    server.socket = listen(namespace(world.name, who), "0.0.0.0", port, SOCK_STREAM)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_node_sends_to_the_healthy_targets_of_its_zone(
    world: World, everyone: Callable[[str], None]
) -> None:
    one = balancer(target("a"), target("b"))
    world.apply(cloud(one))
    everyone("i-a")
    world.until_healthy(one, "i-a")
    assert reached(world.name, "net", "198.18.0.1", 80) == "i-a 10.0.0.254", "targets see the balancer"
    assert reached(world.name, "net", "198.18.0.2", 80) is None
    everyone("i-b")
    world.until_healthy(one, "i-a", "i-b")
    assert world.answers("198.18.0.1") == {"i-a": 8}
    assert world.answers("198.18.0.2") == {"i-b": 8}

    across = balancer(target("a"), target("b"), across=True)
    world.apply(cloud(across))
    world.until_healthy(across, "i-a", "i-b")
    wait(lambda: world.answers("198.18.0.1") == {"i-a": 4, "i-b": 4})


def test_security_groups_decide_who_reaches_it(world: World, everyone: Callable[[str], None]) -> None:
    one = balancer(target("a"), zones="a")
    world.apply(cloud(one, clients=("192.0.2.7/32",)))
    everyone("i-a")
    world.until_healthy(one, "i-a")
    assert world.answers(times=1) == {"": 1}
    world.apply(cloud(one, clients=("192.0.2.1/32",)))
    assert world.answers(times=1) == {"i-a": 1}
    assert reached(world.name, "net", "10.0.0.10", PORT) is None


def test_an_internal_one_answers_inside_alone(world: World, everyone: Callable[[str], None]) -> None:
    one = balancer(target("a"), zones="a", public=False)
    world.apply(cloud(one))
    everyone("i-a")
    world.until_healthy(one, "i-a")
    assert reached(world.name, "i-b", "10.0.0.254", 80) == "i-a 10.0.0.254"
    assert reached(world.name, "i-a", "10.0.0.254", 80) == "i-a 10.0.0.254"
    assert reached(world.name, "net", "10.0.0.254", 80) is None


def test_connections_outlive_what_does_not_concern_them(
    world: World, everyone: Callable[[str], None]
) -> None:
    """Targets and listeners come and go meanwhile; one's own target goes at last."""
    one = balancer(target("a"), zones="a", across=True)
    both = balancer(target("a"), target("b"), zones="a", across=True)
    world.apply(cloud(one))
    everyone("i-a")
    everyone("i-b")
    world.until_healthy(one, "i-a")
    with call(world.name, "net", "198.18.0.1", 80) as flow:
        assert talk(flow) == "i-a 10.0.0.254"
        world.apply(cloud(both))
        assert world.healthy(both) == {"i-a"}, "who is new is looked at first"
        assert world.answers() == {"i-a": 8}
        world.until_healthy(both, "i-a", "i-b")
        more = Listener(81, "tcp", "instances", PORT, proxy_protocol=0, idle=60)
        world.apply(cloud(replace(both, listeners=(*both.listeners, more))))
        assert world.answers(port=81)["i-a"] == 4
        assert talk(flow) == "i-a 10.0.0.254"

        draining = balancer(target("a", draining=True), target("b"), zones="a", across=True)
        world.apply(cloud(draining))
        assert world.answers() == {"i-b": 8}
        assert talk(flow) == "i-a 10.0.0.254"
        world.apply(cloud(balancer(target("b"), zones="a", across=True)))
        assert talk(flow) is None
        assert world.answers() == {"i-b": 8}


def test_an_unhealthy_target_gets_nothing_until_it_is_well(world: World) -> None:
    one = balancer(target("a"), target("b"), zones="a", across=True)
    world.apply(cloud(one))
    with listening(world.name, "i-b", PORT):
        with listening(world.name, "i-a", PORT):
            world.until_healthy(one, "i-a", "i-b")
        world.until_healthy(one, "i-b")
        assert world.answers() == {"i-b": 8}
        assert haproxy.states(world.state, one)["instances", "i-a"] == "unhealthy"
        with listening(world.name, "i-a", PORT):
            world.until_healthy(one, "i-a", "i-b")


@pytest.mark.parametrize(("path", "well"), [("/healthz", True), ("/nothing", False)])
def test_health_by_http_is_what_the_path_says(world: World, path: str, well: bool) -> None:
    check = Check("http", path, "200", interval=1, timeout=1, rise=2, fall=2)
    one = balancer(target("a", check_port=10256), zones="a")
    one = replace(one, pools=(replace(one.pools[0], check=check),))
    world.apply(cloud(one))
    with _http(world, "i-a", 10256, "/healthz"):
        wait(lambda: haproxy.states(world.state, one)["instances", "i-a"] != "initial")
        if well:
            world.until_healthy(one, "i-a")
        else:
            assert world.healthy(one) == set()


def test_another_port_to_check_is_checked_at_once(world: World) -> None:
    """As when a Service's traffic is to stay local from now on."""
    one = balancer(target("a"), zones="a")
    elsewhere = balancer(target("a", check_port=PORT + 1), zones="a")
    world.apply(cloud(one))
    with listening(world.name, "i-a", PORT):
        world.until_healthy(one, "i-a")
        world.apply(cloud(elsewhere))
        world.until_healthy(elsewhere)
        with listening(world.name, "i-a", PORT + 1):
            world.until_healthy(elsewhere, "i-a")
            assert world.answers(times=1) == {"i-a": 1}


def test_with_http_the_target_is_told_of_the_client(world: World) -> None:
    one = balancer(target("a"), zones="a")
    http = Listener(80, "http", "instances", PORT, proxy_protocol=0, idle=60)
    one = replace(one, listeners=(http,))
    world.apply(cloud(one))
    with _http(world, "i-a", PORT, "/") as seen:
        world.until_healthy(one, "i-a")
        with call(world.name, "net", "198.18.0.1", 80) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: web\r\n\r\n")
            assert asking.recv(1000).startswith(b"HTTP/1.0 200")
        asked = seen[-1]
        assert asked["X-Forwarded-For"] == "192.0.2.1"
        assert (asked["X-Forwarded-Proto"], asked["X-Forwarded-Port"]) == ("http", "80")


@pytest.mark.parametrize(("version", "begins"), [(1, b"PROXY TCP4 192.0.2.1 "), (2, b"\r\n\r\n\0\r\nQUIT\n")])
def test_with_the_proxy_protocol_the_target_is_told_of_the_client(
    world: World, version: int, begins: bytes
) -> None:
    listener = Listener(80, "tcp", "instances", PORT, proxy_protocol=version, idle=60)
    one = replace(balancer(target("a"), zones="a"), listeners=(listener,))
    world.apply(cloud(one))
    with closing(listen(namespace(world.name, "i-a"), "10.0.0.10", PORT, SOCK_STREAM)) as listening_there:
        world.until_healthy(one, "i-a")
        with call(world.name, "net", "198.18.0.1", 80) as asking:
            asking.sendall(b"hello")
            said = b""
            while not said:  # a health check says nothing
                with listening_there.accept()[0] as accepted:
                    said = accepted.recv(1000)
        assert said.startswith(begins)


def _network(*targets: Target, **more: Any) -> Balancer:
    """A network load balancer before a target group."""
    pool = Pool("group", CHECK, targets, cross_zone=True, closes_drained=False, closes_unhealthy=True)
    listener = Listener(80, "tcp", "group", None, proxy_protocol=0, idle=350)
    return balancer(zones="a", kind="network", pools=(pool,), listeners=(listener,), **more)


def test_a_network_one_sends_to_all_where_all_are_unhealthy(
    world: World, everyone: Callable[[str], None]
) -> None:
    """Checked at a port where nobody answers. Without security groups nothing is held up."""
    targets = target("a", PORT, check_port=9), target("b", PORT, check_port=9)
    one = _network(*targets, unhealthy=frozenset(("group", each.id) for each in targets))
    (front,) = one.nodes
    open_to_all = replace(front, interface=replace(front.interface, groups=()))
    wanted = cloud(replace(one, nodes=(open_to_all,)))
    anyone = (group("sg-nodes", Rule("-1", None, None, ("0.0.0.0/0",))),)
    world.apply(replace(wanted, groups=anyone))
    everyone("i-a")
    everyone("i-b")
    assert set(world.answers()) == {"i-a", "i-b"}
    assert world.healthy(one) == set()
    world.apply(
        replace(wanted, groups=anyone, balancers=(replace(wanted.balancers[0], unhealthy=frozenset()),))
    )
    assert set(world.answers()) == {""}, "who is new is looked at first"


def test_a_network_one_ends_connections_to_unhealthy_targets_and_leaves_those_that_drained(
    world: World, everyone: Callable[[str], None]
) -> None:
    a, b = target("a", PORT), target("b", PORT)
    world.apply(cloud(_network(a, b)))
    everyone("i-a")
    with listening(world.name, "i-b", PORT):
        world.until_healthy(_network(a, b), a.id, b.id)
        flows = [call(world.name, "net", "198.18.0.1", 80) for _ in range(4)]
        assert Counter(str(talk(flow)).partition(" ")[0] for flow in flows) == {"i-a": 2, "i-b": 2}
    world.until_healthy(_network(a, b), a.id)
    wait(lambda: [talk(flow) for flow in flows].count(None) == 2)
    left = [flow for flow in flows if talk(flow)]
    world.apply(cloud(_network(b)))
    assert [talk(flow) for flow in left] == ["i-a 10.0.0.254"] * 2
    for flow in flows:
        flow.close()


def test_nothing_is_left_of_one_that_is_gone(world: World, everyone: Callable[[str], None]) -> None:
    one = balancer(target("a"), zones="a")
    world.apply(cloud(one))
    everyone("i-a")
    world.until_healthy(one, "i-a")
    with call(world.name, "net", "198.18.0.1", 80) as flow:
        assert talk(flow)
        world.apply(cloud())
        assert talk(flow) is None
    assert not [name for name in existing(world.name) if "eni-" in name]
    assert not list((world.state / "balancers").iterdir())


def test_one_that_died_comes_back(world: World, everyone: Callable[[str], None]) -> None:
    one = balancer(target("a"), zones="a")
    world.apply(cloud(one))
    everyone("i-a")
    world.until_healthy(one, "i-a")
    process = int((world.state / "balancers" / "eni-a" / "pid").read_text())
    os.kill(process, 9)
    wait(lambda: not Path(f"/proc/{process}").exists())
    world.apply(cloud(one))
    world.until_healthy(one, "i-a")
    assert world.answers(times=1) == {"i-a": 1}
