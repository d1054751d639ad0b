"""The add-ons' manifests as one text that travels in a resource's Metadata.

Base64 of gzip of a JSON object {path: text}: a node reads it with base64, gzip and jq.
"""

import base64
import gzip
import json
from pathlib import PurePosixPath

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree


def pack(tree: Tree) -> str:
    """The manifests as one line of text; the same tree gives the same text.

    Raises UserError where a file is not text.
    """
    from deflate import gzip_compress

    texts = {str(path): _text(path, tree[path]) for path in sorted(tree)}
    packed = gzip_compress(json.dumps(texts, separators=(",", ":")).encode(), 12)
    return base64.b64encode(packed).decode()


def unpack(text: str) -> Tree:
    """The manifests that `pack` packed."""
    texts: dict[str, str] = json.loads(gzip.decompress(base64.b64decode(text)))
    return {PurePosixPath(path): File(content.encode()) for path, content in texts.items()}


def _text(path: PurePosixPath, file: File) -> str:
    try:
        return file.content.decode()
    except UnicodeDecodeError as error:
        at = Place(f"userdata/addons/{path}")
        raise UserError("not UTF-8", "Manifests are text: mend it, or move it away.", place=at) from error
