"""An Auto Scaling instance tells the launch template version that it was launched with."""

from typing import Any

from moto.autoscaling.models import InstanceState


def autoscaling_template_version() -> None:
    """Take the version from the instance itself; moto tells the template's default version, always 1."""

    def launch_template(state: Any) -> dict[str, Any]:
        template = state.auto_scaling_group.ec2_launch_template
        version = {tag["key"]: tag["value"] for tag in state.instance.get_tags()}.get(
            "aws:ec2launchtemplate:version"
        )
        return {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Version": version,
        }

    InstanceState.launch_template = property(launch_template)
