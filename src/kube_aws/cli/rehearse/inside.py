"""A command in the world: its environment, and with nodes its network."""

import os
import shutil
from pathlib import Path

from kube_aws.cli.rehearse.settings import assume, explained, read
from kube_aws.rehearsal import process
from kube_aws.terminal.error import UserError

_ELSEWHERE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")


def environment(server: process.Server, folder: Path) -> dict[str, str]:
    """This process's environment, with the embedded AWS in place of every other way to reach AWS."""
    cluster = read(folder)
    with explained():
        made = assume(server, cluster)
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in _ELSEWHERE and not name.startswith("AWS_ENDPOINT_URL_")
    }
    variables |= {
        "AWS_ENDPOINT_URL": server.endpoint,
        # Not even a person's own configuration leads to the real AWS.
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
    }
    if cluster:
        variables |= {"AWS_REGION": cluster.region, "AWS_DEFAULT_REGION": cluster.region}
    return variables | (_of_the_world(variables) if server.nodes else _of_this_machine(variables))


def become(server: process.Server, words: tuple[str, ...], variables: dict[str, str]) -> None:
    """Replace this process by the command, in the world's network where there is one.

    Raises UserError with a shell's exit status: 127 where there is no such command, 126 where it cannot run.
    """
    if shutil.which(words[0], os.F_OK, variables.get("PATH", os.defpath)) is None:
        raise UserError(f"there is no command {words[0]}", exit_status=127)
    if server.nodes:
        from kube_aws.rehearsal.place import enter

        if os.geteuid() != 0:
            raise UserError("the world's network is root's: it has nodes", "Use sudo.")
        words = (*enter(process.state_folder()), *words)
    try:
        os.execvpe(words[0], words, variables)  # noqa: S606 (the person typed it)
    except OSError as error:
        raise UserError(f"cannot run {words[0]}: {error.strerror}", exit_status=126) from error


def _of_the_world(variables: dict[str, str]) -> dict[str, str]:
    """The world has no proxy; its sites are signed by its own authority; kubectl is the nodes' version."""
    from kube_aws.rehearsal.place import programs, trust

    state = process.state_folder()
    bundle = str(trust(state))
    without_proxy = dict.fromkeys(
        name for name in variables if name.lower() in ("http_proxy", "https_proxy", "all_proxy")
    )
    return dict.fromkeys(without_proxy, "") | {
        "PATH": f"{programs(state)}:{variables.get('PATH', os.defpath)}",
        **dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"), bundle),
    }


def _of_this_machine(variables: dict[str, str]) -> dict[str, str]:
    """Nothing boots, and the embedded AWS is not behind a proxy."""
    loopback = ",".join(filter(None, [variables.get("NO_PROXY") or variables.get("no_proxy"), process.HOST]))
    return {"KUBE_AWS_NO_NODES": "1", "NO_PROXY": loopback, "no_proxy": loopback}
