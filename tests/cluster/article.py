"""The article's cluster.yaml, and what becomes of it with other lines in it."""

from pathlib import Path

from kube_aws.cluster.load import load

ARTICLE = (Path(__file__).parents[1] / "scenarios/article/cluster.yaml").read_text()


def article_with(lines: str) -> bytes:
    """The article's file with these lines first; they take the place of lines with the same key."""
    keys = {line.partition(":")[0] for line in lines.splitlines()}
    kept = [line for line in ARTICLE.splitlines() if line.partition(":")[0] not in keys]
    return "\n".join([lines, *kept, ""]).encode()


def messages(source: bytes) -> list[str]:
    """Each finding as `line:column message | next step`."""
    _, findings = load(source, "cluster.yaml")
    return [
        f"{str(finding.place).removeprefix('cluster.yaml').removeprefix(':')} {finding.what}"
        + (f" | {finding.next_step}" if finding.next_step else "")
        for finding in findings
    ]
