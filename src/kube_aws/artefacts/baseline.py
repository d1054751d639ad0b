"""rendered.lock: each file as it was last rendered, so that an edit by hand is seen as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File

NAME = PurePosixPath("rendered.lock")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the last render left.

    `version` of the tool, fingerprints of the `authorities` by name, SHA-256 of each input
    (cluster.yaml, release.lock) and digest of each rendered file. `underway` holds, while a render
    writes, what lay where it writes (None: nothing), so that a killed render is not taken for edits.
    """

    version: str
    authorities: Mapping[str, str]
    inputs: Mapping[str, str]
    files: Mapping[PurePosixPath, str]
    underway: Mapping[PurePosixPath, str | None] = field(default_factory=dict)


def digest(file: File) -> str:
    """SHA-256 of the content in hex, and whether the file is executable."""
    return sha256(file.content).hexdigest() + ("+x" if file.executable else "")


def write(baseline: Baseline) -> bytes:
    """The bytes of rendered.lock: sorted, a line for each file."""
    values: dict[str, object] = {
        "version": baseline.version,
        "authorities": dict(baseline.authorities),
        "inputs": dict(baseline.inputs),
        "files": {str(path): hexed for path, hexed in baseline.files.items()},
    }
    if baseline.underway:
        values["underway"] = {str(path): hexed for path, hexed in baseline.underway.items()}
    return (json.dumps(values, indent=2, sort_keys=True) + "\n").encode()


def read(content: bytes) -> Baseline:
    """The baseline from the bytes of rendered.lock. Raises UserError where they are none."""
    try:
        values = json.loads(content)
        return Baseline(
            version=_text(values["version"]),
            authorities=_texts(values["authorities"]),
            inputs=_texts(values["inputs"]),
            files={PurePosixPath(path): hexed for path, hexed in _texts(values["files"]).items()},
            underway={
                PurePosixPath(path): None if hexed is None else _text(hexed)
                for path, hexed in values.get("underway", {}).items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"not readable as a record of rendered files ({type(error).__name__}: {error})",
            "Bring it back from git. Without it (delete it), every file that differs from its rendering\n"
            'counts as edited by you, and "kube-aws render" writes its own version beside it as <file>.new.',
            place=Place(str(NAME)),
        ) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items()}
