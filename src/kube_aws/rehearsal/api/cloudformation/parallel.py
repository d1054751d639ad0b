"""Do something to every node of a graph, in order and as much at once as the order allows."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

THREADS = 32


def walk(needs: Mapping[str, Sequence[str]], act: Callable[[str], bool], stopped: Callable[[], bool]) -> None:
    """Call `act` for each node after it has returned True for all that the node needs.

    A node behind one that returned False is left out. Nothing new is begun once `stopped()` is true; what is
    under way is waited for.
    """
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    running: dict[Future[bool], str] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="cloudformation") as pool:
        while sorter.is_active():
            for node in sorter.get_ready():
                if not stopped():
                    running[pool.submit(act, node)] = node
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                node = running.pop(future)
                if future.result():
                    sorter.done(node)


def reverse(needs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the graph with every arrow turned around: who must go before a node can be deleted."""
    turned: dict[str, list[str]] = {node: [] for node in needs}
    for node, wanted in needs.items():
        for other in wanted:
            if other in turned:
                turned[other].append(node)
    return turned
