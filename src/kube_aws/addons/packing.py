"""The add-ons' manifests as one text that travels in a resource's Metadata.

Base64 of gzip of a JSON object {path: text}: a node reads it with base64, gzip and jq. Comments, a fifth of
it, stay behind.
"""

import base64
import gzip
import json
from functools import cache
from pathlib import PurePosixPath

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree


def pack(tree: Tree) -> str:
    """The manifests without comments as one line of text; the same tree gives the same text.

    Raises UserError where a file is not text.
    """
    from deflate import gzip_compress

    texts = {str(path): _uncommented(_text(path, tree[path])) for path in sorted(tree)}
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


@cache
def _uncommented(text: str) -> str:
    """Without the lines that hold only a comment; what is no YAML stays as it is.

    Inside a scalar, as of a script in a ConfigMap, what looks like a comment is none.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.tokens import ScalarToken

    lines, inside = text.splitlines(keepends=True), set[int]()
    if not all(line.endswith("\n") for line in lines[:-1]):
        return text  # YAML and Python do not count its lines alike
    try:
        for token in YAML(typ="safe", pure=True).scan(text):
            if isinstance(token, ScalarToken):
                end = token.end_mark
                inside.update(range(token.start_mark.line, end.line + (end.column > 0)))
    except (YAMLError, ValueError, RecursionError):
        return text
    return "".join(
        line for number, line in enumerate(lines) if number in inside or not line.lstrip().startswith("#")
    )
