"""Tracked connections whose public address now leads elsewhere.

Connection tracking goes on translating what it once began; on AWS a moved address has moved at once.
"""

import re
from collections.abc import Mapping
from contextlib import suppress

from kube_aws.rehearsal.network.iproute import entering, run
from kube_aws.rehearsal.process import RehearsalError

END = re.compile(r"\b(?:src|dst)=(\S+)")


def forget_former(namespace: str, public: Mapping[str, str]) -> None:
    """Forget what is translated otherwise than `public` says: private address by public one.

    Raises RehearsalError where that is refused, or conntrack is not installed.
    """
    former = _former(namespace, public)
    for ends in former:
        options = ("--orig-src", "--orig-dst", "--reply-src", "--reply-dst")
        chosen = [word for pair in zip(options, ends, strict=True) for word in pair]
        with suppress(RehearsalError):  # one that has ended meanwhile cannot be deleted
            run([entering(namespace, "conntrack", "--delete", *chosen)])
    left = former & _former(namespace, public) if former else former
    if left:
        raise RehearsalError(f"connections to an address that moved cannot be forgotten: {sorted(left)}")


def _former(namespace: str, public: Mapping[str, str]) -> set[tuple[str, ...]]:
    """Of each such connection: who began it with whom, and who answers whom behind the translation."""
    [tracked] = run([entering(namespace, "conntrack", "--dump", "--family", "ipv4")])
    former = set()
    for line in tracked.splitlines():
        source, target, answering, answered = ends = END.findall(line)
        inward = target != answering and public.get(target) != answering
        outward = source != answered and public.get(answered) != source
        if inward or outward:
            former.add(tuple(ends))
    return former
