"""docs/cluster-yaml.md: `python -m kube_aws.cluster.reference > docs/cluster-yaml.md`."""

from collections.abc import Iterator
from itertools import groupby

from kube_aws.cluster.keys import NOTHING, Key, keys
from kube_aws.cluster.wrong import LATER, RETIRED


def reference() -> str:
    """Every key, by section, as Markdown."""
    lines = [
        "<!-- Made from the models by `make docs`: change src/kube_aws/cluster/model.py instead. -->",
        "# cluster.yaml",
        "",
        "`kube-aws init` writes one with every key in it. `kube-aws explain KEY` tells what stands here,",
        "and `kube-aws validate` names the line of every mistake. Six keys are required; every other has a",
        "default. An unknown key is an error.",
        "",
        "A value is taken as it is written: `workerSpotPrice: 0.05` is the same with and without quotes.",
        "Yes and no are `true` and `false`, numbers are decimal; anchors, tags and merging are refused.",
    ]
    for section, members in groupby(keys(), lambda key: key.section):
        lines += ["", f"## {section}"]
        for key in members:
            lines += ["", *_told(key)]
    lines += ["", "## Keys of 2016 without a meaning now", "", *_listed(RETIRED)]
    lines += ["", "## Not supported yet", "", "Refused, so that nobody takes them for granted:", ""]
    lines += [", ".join(f"`{name}`" for name in LATER) + "."]
    return "\n".join(lines)


def _told(key: Key) -> Iterator[str]:
    yield f"### {key.name}"
    yield ""
    yield key.meaning
    yield ""
    if key.required:
        yield "- Required."
    elif not key.group:
        yield "- Default: none" if key.default in NOTHING else f"- Default: `{key.default}`"
    if key.limits:
        yield f"- Allowed: {key.limits}"
    if key.example not in (key.default, ""):
        yield f"- Example: `{key.example}`"
    yield f"- A change: {key.change}"


def _listed(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield f"- `{name}`: {text}"


if __name__ == "__main__":
    print(reference())
