"""What workers call: their scripts, and kubelet for images of ECR: ecr-credential-provider asks for a token,
and with it containerd pulls, which ECR judges as BatchGetImage and GetDownloadUrlForLayer.

Source: Amazon ECR User Guide, "AmazonEC2ContainerRegistryPullOnly".
"""

from tests.stack.permissions import controllers, nodes
from tests.stack.permissions.accesses import access

REPOSITORY = "arn:aws:ecr:eu-central-1:210987654321:repository/team/app"

DOES = [
    *nodes.does("worker"),
    access("ecr:GetAuthorizationToken"),
    access("ecr:BatchGetImage", REPOSITORY),
    access("ecr:GetDownloadUrlForLayer", REPOSITORY),
]

NEVER = [
    *nodes.never("worker"),
    *(one for one in controllers.DOES if one not in nodes.does("controller")),
    access("ecr:BatchDeleteImage", REPOSITORY),
    access("ecr:PutImage", REPOSITORY),
    access("ecr:SetRepositoryPolicy", REPOSITORY),
    access("route53:ListHostedZones"),
]
