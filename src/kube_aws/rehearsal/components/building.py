"""Makes what is missing: from its official site where that answers, else from source."""

import inspect
import shutil
import time
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

from kube_aws.rehearsal.components import archive, compiling, debian, downloads, images, official, skopeo
from kube_aws.rehearsal.components import cache as kept
from kube_aws.rehearsal.components.catalogue import FOR_TESTS, IMAGES
from kube_aws.rehearsal.components.catalogue.programs import C_PROGRAMS, PROGRAMS, SOURCES
from kube_aws.rehearsal.components.catalogue.served import DOWNLOADS
from kube_aws.rehearsal.process import RehearsalError

EVERYTHING = (*PROGRAMS, *C_PROGRAMS, *SOURCES, *DOWNLOADS, *IMAGES)
"""All names of the catalogue: programs, sources, URLs, image references."""

NEEDED = (
    "kubectl",
    *(name for name, made in PROGRAMS.items() if made.module == "machine"),
    *(name for name in (*DOWNLOADS, *IMAGES) if name not in FOR_TESTS),
)
"""What a rehearsal needs. What sites serve is compiled only where the official ones do not answer."""

_OFFICIAL = "official"
"""The key of what came from its official site."""

_IMPORTED = "imported"
"""The key of an image that somebody made elsewhere."""

_LAYOUT = [inspect.getsource(module) for module in (archive, downloads, images)]
"""A change of how things are laid out makes them anew."""

Progress = Callable[[str], None]


def program(name: str, cache: Path | None = None) -> Path:
    """Where a program of the catalogue lies, once it is built. Raises RehearsalError without a usable Go."""
    return kept.place(cache or kept.home(), name, compiling.program_key(name)) / name


def served(name: str, cache: Path | None = None) -> Path | None:
    """The folder of a URL or image reference that is made: `site` is its tree of sites, the file `value`
    holds its hash or digest. None where it is not made. Raises RehearsalError without a usable Go."""
    cache = cache or kept.home()
    for key in (_IMPORTED, _OFFICIAL):
        if (folder := kept.place(cache, name, key)).is_dir():
            return folder
    built = kept.place(cache, name, _key(name))
    return built if built.is_dir() else None


def trees(cache: Path | None = None) -> list[Path]:
    """The trees of sites (`<host>/<path>`) of all that is made. Raises RehearsalError without a usable Go."""
    folders = (served(name, cache) for name in (*DOWNLOADS, *IMAGES))
    return [folder / "site" for folder in folders if folder]


def lock_entries(cache: Path | None = None) -> dict[str, str]:
    """What release.lock has to say of all that was built or imported: URL → hash, reference → index digest.

    What came from its official site is not among them: its values are the official ones.
    """
    folders = {name: served(name, cache) for name in (*DOWNLOADS, *IMAGES)}
    return {
        name: (folder / "value").read_text()
        for name, folder in folders.items()
        if folder and not folder.name.endswith(f".{_OFFICIAL}")
    }


def build(
    names: Iterable[str] = NEEDED, progress: Progress = lambda _: None, cache: Path | None = None
) -> None:
    """Make what is missing of `names`; `progress` gets a line for each thing that is made.

    Can be killed at any time and run again. Raises RehearsalError where something cannot be made.
    """
    cache, names = cache or kept.home(), list(names)
    _refuse_unknown("component", names, EVERYTHING)
    missing = _missing(names, cache)
    if not missing:
        return

    def waiting() -> None:
        """Tell what the run that has the lock makes."""
        still = _missing(missing, cache)
        for name in missing:
            if name not in still:
                progress(f"{name} (made by another run)")
        missing[:] = still

    try:
        with kept.alone(cache, waiting):
            _make(_missing(missing, cache), cache, progress)
    except OSError as error:
        raise RehearsalError(
            f"{error.filename or cache}: {error.strerror}", "make room there, or set XDG_CACHE_HOME"
        ) from error


def import_image(name: str, source: str, cache: Path | None = None) -> None:
    """Have the image `source`, as skopeo names it, served under a name of the catalogue from now on.

    Raises RehearsalError where there is no such name, or skopeo cannot read it.
    """
    cache = cache or kept.home()
    _refuse_unknown("image", [name], IMAGES)
    with kept.alone(cache, lambda: None), kept.making(cache, name, _IMPORTED) as folder:
        (folder / "value").write_text(skopeo.imported(name, source, folder / "site"))
        shutil.rmtree(kept.place(cache, name, _IMPORTED), ignore_errors=True)


def clean(cache: Path | None = None) -> int:
    """Remove Go's build cache and what other versions left; answers the bytes that this freed."""
    cache = cache or kept.home()
    current = {program(name, cache).parent for name in (*PROGRAMS, *C_PROGRAMS, *SOURCES)}
    current |= {_debian(image.debian, cache).parent for image in IMAGES.values()}
    current |= {folder for name in (*DOWNLOADS, *IMAGES) if (folder := served(name, cache))}
    with kept.alone(cache, lambda: None):
        return kept.clean(cache, current)


def _refuse_unknown(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        near = get_close_matches(unknown[0], known, 3, 0.4)
        told = f"Did you mean {', '.join(near)}? " if near else ""
        raise RehearsalError(
            f"the rehearsal has no {kind} {', '.join(unknown)}",
            f"{told}docs/components.md lists what it has.",
        )


def _make(missing: list[str], cache: Path, progress: Progress) -> None:
    sites = [name for name in missing if name in DOWNLOADS or name in IMAGES]
    from_sites = bool(sites) and official.reachable()
    for name in missing:
        if name not in sites:
            _program(name, cache, progress)
        elif from_sites and not (name in IMAGES and IMAGES[name].own):
            _fetch(name, cache, progress)
        else:
            _site(name, cache, progress)


def _missing(names: Iterable[str], cache: Path) -> list[str]:
    return [name for name in names if not _made(name, cache)]


def _made(name: str, cache: Path) -> bool:
    if name in DOWNLOADS or name in IMAGES:
        return served(name, cache) is not None
    return program(name, cache).exists()


def _key(name: str) -> str:
    """The key of a URL or image reference that is built."""
    made = DOWNLOADS[name] if name in DOWNLOADS else IMAGES[name]
    return kept.key(_LAYOUT, repr(made), [compiling.program_key(part) for part in made.programs.values()])


def _debian(packages: tuple[str, ...], cache: Path) -> Path:
    return kept.place(cache, "debian", debian.debian_key(packages)) / "root.tar"


def _fetch(name: str, cache: Path, progress: Progress) -> None:
    began = time.monotonic()
    with kept.making(cache, name, _OFFICIAL) as folder:
        site = folder / "site"
        value = (
            official.download(name, site, DOWNLOADS[name].hash)
            if name in DOWNLOADS
            else skopeo.official(name, site)
        )
        (folder / "value").write_text(value)
    progress(_line(f"{name} (official)", began))


def _site(name: str, cache: Path, progress: Progress) -> None:
    made = DOWNLOADS[name] if name in DOWNLOADS else IMAGES[name]
    programs = {part: _program(part, cache, progress) for part in made.programs.values()}
    root = _unpacked(IMAGES[name].debian, cache, progress) if name in IMAGES else None
    began = time.monotonic()
    with kept.making(cache, name, _key(name)) as folder:
        site = folder / "site"
        value = (
            downloads.lay_out(DOWNLOADS[name], name, programs, site)
            if name in DOWNLOADS
            else images.lay_out(IMAGES[name], name, programs, root, site)
        )
        (folder / "value").write_text(value)
    progress(_line(name, began))


def _program(name: str, cache: Path, progress: Progress) -> Path:
    file = program(name, cache)
    if not file.exists():
        began = time.monotonic()
        with kept.making(cache, name, compiling.program_key(name)) as folder:
            compiling.compile_program(cache, name, folder)
        progress(_line(name, began, file))
    return file


def _unpacked(packages: tuple[str, ...], cache: Path, progress: Progress) -> Path | None:
    if not packages:
        return None
    root = _debian(packages, cache)
    if not root.exists():
        began = time.monotonic()
        with kept.making(cache, "debian", debian.debian_key(packages)) as folder:
            debian.unpack(packages, folder / root.name)
        progress(_line(", ".join(packages), began, root))
    return root


def _line(name: str, began: float, file: Path | None = None) -> str:
    size = f", {file.stat().st_size / 1e6:.0f} MB" if file else ""
    return f"{name} {time.monotonic() - began:.0f} s{size}"
