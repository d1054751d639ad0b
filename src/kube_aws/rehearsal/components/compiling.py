"""Programs from their sources: Go modules pinned under go/, and the C files beside this one."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from kube_aws.rehearsal.components.cache import key
from kube_aws.rehearsal.components.catalogue import programs
from kube_aws.rehearsal.process import RehearsalError

_HERE = Path(__file__).parent
_GO = _HERE / "go"
_ENVIRONMENT = {"GOOS": "linux", "GOARCH": "amd64", "GOFLAGS": "-mod=readonly"}
_GO_FLAGS = ("-trimpath", "-buildvcs=false")
_C_FLAGS = ("-Os", "-static", "-s", "-Wall", "-Werror")

# A build is work for the background, and ends with the run that started it.
_QUIETLY = ("setpriv", "--pdeathsig", "KILL", "nice", "-n", "10", "ionice", "-c", "3")


@functools.cache
def program_key(name: str) -> str:
    """The hash of all that a program is made from. Raises RehearsalError without a usable Go."""
    if name in programs.C_PROGRAMS:
        return key(_C_FLAGS, (_HERE / f"{name}.c").read_text())
    if name in programs.SOURCES:
        return key(_go_version(), programs.SOURCES[name], _pinned("nodes"))
    made = programs.PROGRAMS[name]
    return key(_go_version(), _ENVIRONMENT, _flags(name), made.cgo, _pinned(made.module))


def _pinned(module: str) -> list[str]:
    return [(_GO / module / file).read_text() for file in ("go.mod", "go.sum")]


@functools.cache
def _go_version() -> str:
    """`go1.26.8`."""
    needed = ".".join(map(str, programs.GO))
    install = f"install Go {needed} or newer (https://go.dev/dl), so that `go version` answers"
    try:
        told = subprocess.run(
            ["go", "env", "GOVERSION"], capture_output=True, text=True, check=True, cwd=_GO / "nodes"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise RehearsalError(
            "the rehearsal builds what its nodes run, and there is no Go", install
        ) from error
    version = told.stdout.strip()
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < programs.GO:
        raise RehearsalError(
            f"the rehearsal builds what its nodes run, and {version} is too old for it", install
        )
    return version


def _flags(name: str) -> list[str]:
    made = programs.PROGRAMS[name]
    link = ["-s", "-w", *(f"-X {variable}={value}" for variable, value in made.values.items())]
    tags = []
    if made.cgo and made.static:
        link.append('-extldflags "-static"')
        tags = ["-tags", "netgo,osusergo"]
    return [*_GO_FLAGS, *tags, "-ldflags", " ".join(link), made.package]


def compile_program(cache: Path, name: str, into: Path) -> None:
    """Make a program or source as `into`/name. Raises RehearsalError with the compiler's words."""
    if name in programs.C_PROGRAMS:
        _run(name, ["gcc", *_C_FLAGS, "-o", str(into / name), str(_HERE / f"{name}.c")], _HERE, {})
        return
    if name in programs.SOURCES:
        package, _, file = programs.SOURCES[name].rpartition("/")
        listed = ["go", "list", "-f", "{{.Dir}}", package]
        folder = _run(name, listed, _GO / "nodes", {**_ENVIRONMENT, "GOWORK": "off"}).strip()
        shutil.copyfile(Path(folder) / file, into / name)
        return
    made = programs.PROGRAMS[name]
    scratch = into / "tmp"
    scratch.mkdir()
    environment = {
        **_ENVIRONMENT,
        "CGO_ENABLED": "1" if made.cgo else "0",
        "GOWORK": "off",
        "GOCACHE": str(cache / "go-build"),
        "GOTMPDIR": str(scratch),
        "GOGC": "400",  # memory for time: a fifth less
    }
    build = ["go", "test", "-c"] if made.test else ["go", "build"]
    command = [*build, "-o", str(into / name), *_flags(name)]
    _run(name, command, _GO / made.module, environment)
    scratch.rmdir()


def _run(name: str, command: list[str], folder: Path, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(
            [*_QUIETLY, *command],
            check=False,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise RehearsalError(f"cannot build {name}: {error}", "install util-linux and coreutils") from error
    if done.returncode == 0:
        return done.stdout
    said = done.stdout.strip().splitlines()
    if done.returncode == 127:
        raise RehearsalError(f"cannot build {name}: there is no {command[0]}", f"install {command[0]}")
    raise RehearsalError("\n  ".join([f"cannot build {name}:", *said[-8:]]), _remedy("\n".join(said)))


def _remedy(said: str) -> str:
    if "blkid" in said:
        return "install the development files of libblkid (Debian: libblkid-dev)"
    if "proxy.golang.org" in said or "dial tcp" in said:
        return "the Go modules come from GOPROXY: see that it can be reached, and try again"
    if "no space left" in said:
        return "make room: a build needs about 10 GB"
    if "gcc" in said or "C compiler" in said:
        return "install gcc and the C library's development files (Debian: build-essential)"
    return "python -m kube_aws.rehearsal.components"
