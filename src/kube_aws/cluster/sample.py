"""The cluster.yaml that `init` writes: the answers, and every other key as an explained comment."""

import shlex
import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby

from kube_aws.cluster.forms import partition
from kube_aws.cluster.keys import Key, in_yaml, keys

SCHEMA = ".kube-aws.schema.json"
WIDTH = 79

FLAGS = {
    "clusterName": "--cluster-name",
    "externalDNSName": "--external-dns-name",
    "region": "--region",
    "availabilityZone": "--availability-zone",
    "keyName": "--key-name",
    "kmsKeyArn": "--kms-key-arn",
}
"""The keys that have no default, each with the flag of `init` that answers it."""


def sample(answers: Mapping[str, str]) -> str:
    """A commented cluster.yaml. `answers` maps keys of FLAGS to texts; the loader gives them back exactly."""
    return "\n".join([*_head(answers), *_sections(answers), ""])


def _head(answers: Mapping[str, str]) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={SCHEMA}"
    yield f"# For checks and completion in your editor: kube-aws schema > {SCHEMA}"
    yield "#"
    flags = [
        f"{FLAGS[key]}={shlex.quote(answer if answer.isprintable() else ascii(answer))}"
        for key, answer in answers.items()
    ]
    yield from " \\\n".join(["# kube-aws init", *(f"# {flag}" for flag in flags)]).split("\n")
    yield "#"
    yield from _prose(
        "Remove the # before a key to set it. It shows the key's default; where it has none, an example. "
        '"kube-aws explain KEY" says more, "kube-aws validate" checks it all.'
    )


def _sections(answers: Mapping[str, str]) -> Iterator[str]:
    for section, members in groupby(keys(), lambda key: key.section):
        yield ""
        yield ""
        yield f"# {section} ".ljust(WIDTH, "-")
        for key in members:
            depth = key.name.count(".")
            if depth == 0:
                yield ""
                yield from _prose(key.meaning)
                yield from _top(key, answers)
            elif key.group and depth == 1:
                # Commented YAML with comments of its own: it stays right when the first # goes.
                yield from (f"#  {line}" for line in _prose(key.meaning, WIDTH - 3))
                yield f"#  {key.name.partition('.')[2]}: {key.default}"


def _top(key: Key, answers: Mapping[str, str]) -> Iterator[str]:
    if key.name in answers:
        yield f"{key.name}: {in_yaml(answers[key.name])}"
    elif key.group:
        yield f"#{key.name}:"
    elif key.default in ("", '""', "{}"):
        yield f"#{key.name}: {_example(key, answers)}  # example; none by default"
    else:
        yield f"#{key.name}: {key.default}"


def _example(key: Key, answers: Mapping[str, str]) -> str:
    """The key's example, made to fit the answers: it must be possible to just remove the #."""
    if key.name == "hostedZone" and "externalDNSName" in answers:
        return in_yaml(answers["externalDNSName"].partition(".")[2])
    return key.example.replace("arn:aws:", f"arn:{partition(answers.get('region', ''))}:")


def _prose(text: str, width: int = WIDTH) -> list[str]:
    lines = textwrap.wrap(text, width - 2, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in lines]
