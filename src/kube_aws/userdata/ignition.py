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


def pack(tree: Tree, sealed: bytes) -> bytes:
    """The user data of a role: its tree and its sealed credentials, gzipped inside an Ignition config.

    Units with an [Install] section are enabled. Raises UserError where `ignition.json` is no JSON
    object, and over 16,384 bytes.
    """
    files = {path: file for path, file in tree.items() if path != BASE}
    files[SEALED] = File(base64.b64encode(sealed) + b"\n")
    config = _base(tree)
    storage = config.setdefault("storage", {})
    storage["files"] = [*storage.get("files", ()), *(_file(path, files[path]) for path in sorted(files))]
    systemd = config.setdefault("systemd", {})
    enabled = [
        {"name": path.name, "enabled": True}
        for path in sorted(files)
        if path.parent == UNITS and b"\n[Install]\n" in files[path].content
    ]
    systemd["units"] = [*systemd.get("units", ()), *enabled]
    packed = _wrap(config)
    if len(packed) > USER_DATA_LIMIT:
        largest = sorted(files, key=lambda path: len(gzip.compress(files[path].content)), reverse=True)[:3]
        raise UserError(
            f"the user data has {len(packed):,} bytes; EC2 takes {USER_DATA_LIMIT:,}",
            f"shorten or remove files; the largest are {', '.join(map(str, largest))}",
        )
    return packed


def unpack(user_data: bytes) -> dict[str, Any]:
    """The Ignition config inside user data that `pack` made."""
    source = json.loads(user_data)["ignition"]["config"]["replace"]["source"]
    config: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(source.partition(",")[2])))
    return config


def _base(tree: Tree) -> dict[str, Any]:
    if BASE not in tree:
        return {"ignition": {"version": "3.3.0"}}
    try:
        config = json.loads(tree[BASE].content)
    except ValueError as error:
        raise UserError(f"{BASE} is not JSON: {error}", place=Place(str(BASE))) from None
    if not isinstance(config, dict):
        raise UserError(f"{BASE} is not a JSON object", place=Place(str(BASE)))
    return config


def _file(path: PurePosixPath, file: File) -> dict[str, Any]:
    return {
        "path": f"/{path}",
        "mode": 0o755 if file.executable else 0o644,
        "overwrite": True,
        # Percent-encoded text packs better than base64, which hides repetition from gzip.
        "contents": {"source": "data:," + quote_from_bytes(file.content, safe="/:=-_.,;$@+*!'()")},
    }


def _wrap(config: dict[str, Any]) -> bytes:
    text = json.dumps(config, separators=(",", ":"), sort_keys=True).encode()
    # EC2 hands raw gzip through, Ignition does not take it; a compressed replacement it does.
    source = "data:;base64," + base64.b64encode(gzip.compress(text, mtime=0)).decode()
    outer = {
        "ignition": {"version": "3.3.0", "config": {"replace": {"source": source, "compression": "gzip"}}}
    }
    return json.dumps(outer, separators=(",", ":")).encode()
