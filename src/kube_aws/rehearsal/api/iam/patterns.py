"""IAM's patterns: `*`, `?` and policy variables."""

import re
from functools import cache

from kube_aws.rehearsal.api.iam.access import Context

_TOKEN = re.compile(r"\$\{([^}]+)\}|(\*)|(\?)")


def matches(pattern: str, value: str, context: Context, *, ignore_case: bool = False) -> bool:
    """Compare a value with a pattern. A variable stands for its value, letter by letter; one that the
    request has no value for matches nothing.

    Source: IAM User Guide, "Policy variables"; `${*}`, `${?}`, `${$}` are the characters themselves.
    """
    if "${" not in pattern:
        return _compiled(pattern, ignore_case).fullmatch(value) is not None
    known: dict[str, str] = {}
    for name in re.findall(r"\$\{([^}]+)\}", pattern):
        resolved = name if name in "*?$" else context.get(name.split(",")[0])
        if not isinstance(resolved, str):
            return False
        known[name] = resolved
    return _translated(pattern, known, ignore_case).fullmatch(value) is not None


def arn_matches(pattern: str, arn: str, context: Context) -> bool:
    """Compare ARNs part by part: a wildcard reaches no further than its part; the last holds the rest.

    Source: IAM User Guide, "IAM JSON policy elements: Resource", and the ARN condition operators.
    """
    wanted, given = pattern.split(":", 5), arn.split(":", 5)
    if len(wanted) != len(given):
        return False
    return all(matches(part, value, context) for part, value in zip(wanted, given, strict=True))


@cache
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    return _translated(pattern, {}, ignore_case)


def _translated(pattern: str, known: dict[str, str], ignore_case: bool) -> re.Pattern[str]:
    written, end = "", 0
    for token in _TOKEN.finditer(pattern):
        written += re.escape(pattern[end : token.start()])
        variable, star, _ = token.groups()
        written += re.escape(known[variable]) if variable else ".*" if star else "."
        end = token.end()
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.compile(written + re.escape(pattern[end:]), flags)
