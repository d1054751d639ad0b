"""Which authorities a folder's files are rendered for: those of credentials/, or in a clone the one
whose certificate lies among the workers' files."""

from pathlib import PurePosixPath

from kube_aws.artefacts.baseline import Baseline
from kube_aws.credentials.authorities import Authorities, authorities, fingerprints
from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree

PUBLIC = PurePosixPath("userdata/worker/etc/kubernetes/pki/ca.pem")


def public(credentials: Tree | None, disk: Tree, baseline: Baseline | None) -> Authorities | None:
    """The authorities; None where none were ever made for this folder.

    Raises UserError where credentials/ is incomplete or does not fit together, and where the
    authorities are others than those that the files were rendered for.
    """
    if credentials is not None:
        _verify(credentials)
        found = authorities(credentials)
    elif baseline is None and PUBLIC not in disk:
        return None
    else:
        found = Authorities(ca=_public_ca(disk), etcd_ca=b"", front_proxy_ca=b"", service_account=b"")
    if baseline is not None:
        _compare(_fingerprints(found), baseline, "userdata/" if credentials is None else "credentials/")
    return found


def bring(baseline: Baseline | None) -> str:
    """What to do where credentials/ is needed and is not there."""
    which = f" whose ca.pem has the SHA-256 fingerprint\n{baseline.authorities['ca']}" if baseline else ""
    return (
        f"Bring the credentials/ folder{which}.\n"
        '"kube-aws render --new-credentials" makes others, which a running cluster does not trust.'
    )


def _verify(credentials: Tree) -> None:
    from kube_aws.credentials.verify import verify

    if findings := tuple(verify(credentials)):
        raise UserError("credentials/ is not whole", findings=findings)


def _public_ca(disk: Tree) -> bytes:
    if PUBLIC not in disk:
        raise UserError(
            "is missing, and there is no credentials/ to take it from",
            "Bring it back from git, or bring the cluster's credentials/ folder.",
            place=Place(str(PUBLIC)),
        )
    return disk[PUBLIC].content


def _fingerprints(found: Authorities) -> dict[str, str]:
    try:
        return fingerprints(found)
    except ValueError as error:
        raise UserError(str(error), "Bring the file back from git.", place=Place(str(PUBLIC))) from error


def _compare(found: dict[str, str], baseline: Baseline, where: str) -> None:
    for name, fingerprint in found.items():
        rendered = baseline.authorities.get(name)
        if rendered != fingerprint:
            raise UserError(
                f"{where} has another {name} ({fingerprint[:16]}…) than the files were rendered for"
                f" ({(rendered or 'none')[:16]}…)",
                bring(baseline),
            )
