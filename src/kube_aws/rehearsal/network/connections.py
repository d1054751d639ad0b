"""Tracked connections whose public address now leads elsewhere.

Connection tracking goes on translating what it once began; on AWS a moved address has moved at once.
"""

import re
from collections.abc import Iterator, Mapping

from kube_aws.rehearsal.network.iproute import entering, run

END = re.compile(r"\b(?:src|dst)=(\S+)")


def forget_former(namespace: str, public: Mapping[str, str]) -> None:
    """Forget what is translated in a way that `public`, private address by public one, does not say.

    Raises RehearsalError where conntrack is not installed.
    """
    [tracked] = run([entering(namespace, "conntrack", "--dump", "--family", "ipv4")])
    run(
        entering(
            namespace,
            "conntrack",
            "--delete",
            *("--orig-src", ends[0], "--orig-dst", ends[1]),
            *("--reply-src", ends[2], "--reply-dst", ends[3]),
        )
        for ends in sorted(set(_former(tracked, public)))
    )


def _former(tracked: str, public: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for line in tracked.splitlines():
        ends = tuple(END.findall(line))
        if len(ends) != 4:
            continue
        source, target, answering, answered = ends
        inward = target != answering and public.get(target) != answering
        outward = source != answered and public.get(answered) != source
        if inward or outward:
            yield ends
