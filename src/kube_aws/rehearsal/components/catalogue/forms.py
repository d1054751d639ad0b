"""The forms of the catalogue's entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Program:
    """A program compiled from Go: its package, in the module whose folder under go/ is `module`.

    `values` sets string variables of the program, as `go build -ldflags -X` does: mostly its version.
    """

    package: str
    module: str = "nodes"
    values: Mapping[str, str] = field(default_factory=dict)
    cgo: bool = False
    static: bool = True
    test: bool = False
    """It is the package's test, which `go test -c` compiles."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a download site: one program, or an archive (`.tgz`) of several. `hash`: which one the site
    has beside it; `deviation`: how it differs from the official file, beside being built here."""

    programs: Mapping[str, str]
    hash: Literal["sha256", "sha512"] = "sha512"
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A container image of one layer: programs by their path in it, links, small files, and the files of
    Debian packages. `command` is what follows the entrypoint where a pod says nothing; `user` is numeric;
    `deviation`: how it differs from the official image."""

    programs: Mapping[str, str]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    debian: tuple[str, ...] = ()
    user: str = ""
    capable: bool = False
    """Its first program has the file capability CAP_NET_BIND_SERVICE."""
    setuid: bool = False
    """Its first program runs as root, whoever starts it."""
    absent: bool = False
    """It cannot be made here. Its index names no image, so that a lock can be made, and no pod runs it."""
    own: bool = False
    """It is made here in every case: what its registry has under this name is something else."""
    deviation: str = ""
