"""A role's files as the user data that Ignition reads on a node's first boot.

Source: Ignition configuration specification 3.3.0; EC2 takes 16,384 bytes of user data.
"""

import base64
import gzip
import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote_from_bytes

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

USER_DATA_LIMIT = 16_384
"""Bytes of user data, before base64. Source: AWS, "Run commands when you launch an EC2 instance"."""

BASE = PurePosixPath("ignition.json")
"""The Ignition config that the files are added to: masks, links, and what a person wants besides."""

SEALED = PurePosixPath("etc/kube-aws/credentials.sealed")
UNITS = PurePosixPath("etc/systemd/system")
PRIVATE = (PurePosixPath("etc/kube-aws"), PurePosixPath("etc/kubernetes"), UNITS)
"""Below these, root alone reads files: modes 0600 and 0700. Source: CIS Kubernetes Benchmark 1.1 and 4.1."""


def pack(tree: Tree, sealed: bytes) -> bytes:
    """The user data of a role: its tree and its sealed credentials, gzipped inside an Ignition config.

    Raises UserError where `ignition.json` is no config to add to, and over 16,384 bytes.
    """
    packed = wrap(config(tree, sealed))
    if len(packed) > USER_DATA_LIMIT:
        files = [path for path in tree if path != BASE]
        largest = sorted(files, key=lambda path: len(gzip.compress(tree[path].content)), reverse=True)[:3]
        raise UserError(
            f"the user data has {len(packed):,} bytes; EC2 takes {USER_DATA_LIMIT:,}",
            f"shorten or remove files; the largest are {', '.join(map(str, largest))}",
        )
    return packed


def config(tree: Tree, sealed: bytes) -> dict[str, Any]:
    """The Ignition config of a role: `ignition.json` with the tree's files and sealed credentials added.

    Units with an [Install] section are enabled. Raises UserError where `ignition.json` is no config to
    add to.
    """
    files = {path: file for path, file in tree.items() if path not in (BASE, SEALED)}
    base = _base(tree)
    # For the compressor: noise first, then alike beside alike, the longest first.
    alike = sorted(files, key=lambda path: (path.suffix, len(files[path].content), path), reverse=True)
    entries = [
        _file(SEALED, File(base64.b64encode(sealed) + b"\n")),
        *(_file(path, files[path]) for path in alike),
    ]
    _list(base, "storage", "files").extend(entries)
    _list(base, "systemd", "units").extend(
        {"name": path.name, "enabled": True}
        for path in sorted(files)
        if path.parent == UNITS and b"\n[Install]\n" in files[path].content
    )
    return base


def unpack(user_data: bytes) -> dict[str, Any]:
    """The Ignition config inside user data that `pack` made."""
    source = json.loads(user_data)["ignition"]["config"]["replace"]["source"]
    config: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(source.partition(",")[2])))
    return config


def _base(tree: Tree) -> dict[str, Any]:
    if BASE not in tree:
        return {"ignition": {"version": "3.3.0"}}
    try:
        base = json.loads(tree[BASE].content)
    except (ValueError, RecursionError) as error:
        raise _no_config(f"not JSON: {error}") from None
    if not isinstance(base, dict):
        raise _no_config("not a JSON object")
    return base


def _list(base: dict[str, Any], section: str, name: str) -> list[Any]:
    """The list in a section of the config, made where there is none."""
    held = base.setdefault(section, {})
    if not isinstance(held, dict):
        raise _no_config(f"{section} is not an object")
    items = held.setdefault(name, [])
    if not isinstance(items, list):
        raise _no_config(f"{section}.{name} is not a list")
    return items


def _no_config(what: str) -> UserError:
    return UserError(what, "Mend it, or take the tool's version back.", place=Place(str(BASE)))


def _file(path: PurePosixPath, file: File) -> dict[str, Any]:
    mode = 0o755 if file.executable else 0o644
    return {
        "path": f"/{path}",
        "mode": mode & 0o700 if any(map(path.is_relative_to, PRIVATE)) else mode,
        "overwrite": True,
        # Percent-encoded text packs better than base64, which hides repetition from gzip.
        "contents": {"source": "data:," + quote_from_bytes(file.content, safe="/:=-_.,;$@+*!'()&?~")},
    }


def wrap(config: dict[str, Any]) -> bytes:
    """User data that tells Ignition to use this config; Ignition unpacks it."""
    from deflate import gzip_compress

    text = json.dumps(config, separators=(",", ":"), sort_keys=True).encode()
    # EC2 hands raw gzip through, Ignition does not take it; a compressed replacement it does.
    source = "data:;base64," + base64.b64encode(gzip_compress(text, 12)).decode()
    outer = {
        "ignition": {"version": "3.3.0", "config": {"replace": {"source": source, "compression": "gzip"}}}
    }
    return json.dumps(outer, separators=(",", ":")).encode()
