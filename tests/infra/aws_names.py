"""What AWS calls things, made from their names: by Terraform and by CloudFormation alike, so that both can be compared.

Region and account are made up. Ids that AWS makes up are names here.
"""

from __future__ import annotations

from typing import Final

PARTITION: Final = "aws"
REGION: Final = "eu-central-1"
ACCOUNT: Final = "111122223333"


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
    return f"arn:{PARTITION}:{service}:{region}:{ACCOUNT}:{resource}"


def queue_arn(name: str) -> str:
    """Of a queue."""
    return arn("sqs", name)


def queue_url(name: str) -> str:
    """Of a queue."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def table_arn(name: str) -> str:
    """Of a table."""
    return arn("dynamodb", f"table/{name}")


def secret_arn(name: str) -> str:
    """Of a secret, without the characters that AWS adds."""
    return arn("secretsmanager", f"secret:{name}")


def function_arn(name: str) -> str:
    """Of a function; a colon and an alias make it the alias's."""
    return arn("lambda", f"function:{name}")


def role_arn(name: str) -> str:
    """Of a role."""
    return arn("iam", f"role/{name}", region="")


def log_group_arn(name: str) -> str:
    """Of a group of logs, without the star for its streams."""
    return arn("logs", f"log-group:{name}")


def api_arn(name: str) -> str:
    """Of an API that is called."""
    return arn("execute-api", name)
