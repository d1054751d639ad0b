"""Looking up what release.lock lacks, all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from kube_aws.aws.errors import explained
from kube_aws.aws.images import newest
from kube_aws.aws.session import client
from kube_aws.downloads.hashes import published
from kube_aws.downloads.registries import digest
from kube_aws.downloads.sites import Sites
from kube_aws.finding import Finding, Place
from kube_aws.release.lock import Binary, Image, Lock, MachineImage
from kube_aws.release.missing import BinaryQuery, ImageQuery, MachineImageQuery, Query
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

_AT_ONCE = 16
Entry = MachineImage | Binary | Image


def look_up(
    queries: list[Query],
    lock: Lock,
    connect: Callable[[], "boto3.Session"],
    sites: Sites | None = None,
) -> Lock:
    """The lock with the answers to all queries. `connect` is called at most once, for machine images.

    Raises UserError, with a finding for each query that failed: then there is no new lock at all.
    """
    sites = sites or Sites()
    session = cache(connect)

    def ask(query: Query) -> Entry | Finding:
        try:
            return _entry(query, session, sites)
        except UserError as error:
            return Finding(
                "error", "lookup", Place("release.lock"), f"{query.key}: {error.what}", error.next_step
            )

    if any(isinstance(query, MachineImageQuery) for query in queries):
        session()  # before the threads: boto3 makes no session twice at once
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(queries, pool.map(ask, queries), strict=True))
    failures = tuple(answer for answer in answers.values() if isinstance(answer, Finding))
    if failures:
        raise UserError(
            f"{len(failures)} of {len(queries)} entries for release.lock could not be looked up",
            "Nothing was written. Look at the network (HTTPS_PROXY, AWS credentials), then use\n"
            'the "kube-aws render" command again; or bring a release.lock that holds them.',
            findings=failures,
        )
    return _with(lock, answers)


def _entry(query: Query, session: Callable[[], "boto3.Session"], sites: Sites) -> Entry:
    match query:
        case MachineImageQuery():
            with explained():
                return newest(client(session(), "ec2"), query.channel, query.architecture)
        case BinaryQuery():
            hash_, built = published(query.url, query.hash, sites)
            return Binary.model_validate({"url": query.url, query.hash: hash_, "built": built})
        case ImageQuery():
            sha, built = digest(query.reference, sites)
            return Image(reference=query.reference, digest=sha, built=built)


def _with(lock: Lock, answers: dict[Query, Entry | Finding]) -> Lock:
    found = {query.key: entry for query, entry in answers.items()}
    return Lock(
        machine_images=lock.machine_images
        | {key: entry for key, entry in found.items() if isinstance(entry, MachineImage)},
        binaries=lock.binaries | {key: entry for key, entry in found.items() if isinstance(entry, Binary)},
        images=lock.images | {key: entry for key, entry in found.items() if isinstance(entry, Image)},
    )
