"""The image that machines start from: Debian's packages, laid out like Flatcar.

`image/` holds the list of packages, the files that are added, and the script that changes the root.
"""

import fcntl
import hashlib
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kube_aws.rehearsal.process import RehearsalError

_INPUTS = Path(__file__).parent / "image"
_RELEASE = "trixie"


def prepare(cache: Path, programs: Mapping[str, Path]) -> Path:
    """The image's root folder in `cache`, made if it is not there yet: half a minute and 300 MiB.

    `programs` are put into /usr/bin under their names; each lies in a folder whose name says what it was made
    from. What is made is kept by a hash of all inputs.
    Raises RehearsalError where it cannot be made.
    """
    root = cache / f"machine-{_fingerprint(programs)}"
    if root.exists():
        return root
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "machine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            building = cache / "machine.building"
            if building.exists():
                shutil.rmtree(building)
            _build(building)
            for name, program in programs.items():
                shutil.copyfile(program, building / "usr/bin" / name)
                (building / "usr/bin" / name).chmod(0o755)
            building.rename(root)
            _forget_others(root)
    return root


def _forget_others(root: Path) -> None:
    """Remove images of other inputs, but those under a running machine."""
    mounts = ""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ends while we look
            mounts += (process / "mountinfo").read_text()
    for other in set(root.parent.glob("machine-*")) - {root}:
        if str(other) not in mounts:
            shutil.rmtree(other.rename(root.parent / "machine.building"))


def _fingerprint(programs: Mapping[str, Path]) -> str:
    digest = hashlib.sha256(_RELEASE.encode())
    for path in sorted(path for path in _INPUTS.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"\0{path.relative_to(_INPUTS)}\0{content}".encode())
    for name, path in sorted(programs.items()):
        digest.update(f"\0{name}\0{path.parent.name}".encode())
    return digest.hexdigest()[:12]


def _build(root: Path) -> None:
    packages = ",".join((_INPUTS / "packages").read_text().split())
    # In a mount namespace of its own: killed, it leaves no mount in the folder.
    command = ["unshare", "--mount", "mmdebstrap", "--quiet", "--variant=essential", f"--include={packages}"]
    command += [
        f"--dpkgopt=path-exclude=/usr/share/{unread}/*" for unread in ("doc", "man", "locale", "info")
    ]
    command += ["--skip=cleanup/reproducible"]
    command += [f'--customize-hook=bash {shlex.quote(str(_INPUTS / "customize"))} "$1"']
    command += [_RELEASE, str(root), *_mirror()]
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-5:])
        raise RehearsalError(
            f"the machines' image could not be made:\n{said}", "does `apt-get update` work here?"
        )


def _mirror() -> list[str]:
    """The line of the mirror that this host has Debian's packages from; none on others: the usual one."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)/$(LABEL) $(REPO_URI)"],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    for target in targets.stdout.splitlines():
        origin, _, uri = target.partition(" ")
        if origin == "Debian/Debian":
            return [f"deb {uri} {_RELEASE} main"]
    return []
