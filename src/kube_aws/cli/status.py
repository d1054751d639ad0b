"""`kube-aws status`."""

from pathlib import Path

import click

from kube_aws.cli.options import AwsOptions, aws_options, output_option


@click.command()
@click.option("--watch", is_flag=True, help="Look again until all is ready; exit status 0 then.")
@aws_options
@output_option
@click.pass_obj
def command(folder: Path, *, watch: bool, output: str, aws: AwsOptions) -> None:
    """Show the cluster: its stack, the API, each node.

    Exit status 1 where there is no such cluster.
    """
    from kube_aws.operations.connect import connecting
    from kube_aws.operations.inputs import read_cluster
    from kube_aws.operations.status import as_json, status
    from kube_aws.operations.status import watch as watched
    from kube_aws.operations.status_text import as_text
    from kube_aws.terminal.findings import to_json
    from kube_aws.terminal.redraw import redraw

    _, cluster, _ = read_cluster(folder)
    session = connecting(aws.profile, aws.region, aws.debug)(cluster)
    looks = watched(cluster, session, folder) if watch else iter([status(cluster, session, folder)])
    if output == "json":
        for now in looks:
            click.echo(to_json(as_json(now)))
    else:
        redraw("\n".join(as_text(now)) for now in looks)
