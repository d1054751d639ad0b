"""Looking up what release.lock lacks, all at once."""

from collections.abc import Callable, Iterator
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

    Raises UserError, with a finding for each reason why some failed: then there is no new lock at all.
    """
    sites = sites or Sites()
    session = cache(connect)

    def ask(query: Query) -> Entry | UserError:
        try:
            return _entry(query, session, sites)
        except UserError as error:
            return error

    if any(isinstance(query, MachineImageQuery) for query in queries):
        session()  # before the threads: boto3 makes no session twice at once
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(queries, pool.map(ask, queries), strict=True))
    failed = {query.key: answer for query, answer in answers.items() if isinstance(answer, UserError)}
    if failed:
        raise UserError(
            f"{len(failed)} of {len(queries)} entries for release.lock could not be looked up",
            "Nothing was written. Look at the network (HTTPS_PROXY, AWS credentials), then use\n"
            'the "kube-aws render" command again; or bring a release.lock that holds them.',
            findings=tuple(_by_reason(failed)),
        )
    return _with(lock, answers)


def _by_reason(failed: dict[str, UserError]) -> Iterator[Finding]:
    """A finding for each reason: a site that does not answer is the same one for all that it serves."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for key, error in failed.items():
        reasons.setdefault((error.what, error.next_step), []).append(key)
    for (what, next_step), keys in reasons.items():
        concerned = keys[0] if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1} more"
        yield Finding("error", "lookup", Place("release.lock"), f"{concerned}: {what}", next_step)


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


def _with(lock: Lock, answers: dict[Query, Entry | UserError]) -> Lock:
    found = {query.key: entry for query, entry in answers.items()}
    return Lock(
        machine_images=lock.machine_images
        | {key: entry for key, entry in found.items() if isinstance(entry, MachineImage)},
        binaries=lock.binaries | {key: entry for key, entry in found.items() if isinstance(entry, Binary)},
        images=lock.images | {key: entry for key, entry in found.items() if isinstance(entry, Image)},
    )
