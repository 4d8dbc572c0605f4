"""What a package is made of, for who must answer for it: a bill of materials in CycloneDX 1.6, the same each time.

https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import uuid
from importlib import metadata
from typing import Any, Final

from infra.package.building import Built
from infra.package.wheels import Wheel

_NAMESPACE: Final = uuid.UUID("0b7a51b4-6a0d-5c53-8f1b-1f0f3c2b6d11")
_DISTRIBUTION: Final = "llm-duel-arena"


def bill_of_materials(built: Built) -> dict[str, Any]:
    """As JSON. It has no time in it, and its number follows from the package's hash."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, built.sha256)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": built.path.name,
                "name": built.path.name,
                "version": metadata.version(_DISTRIBUTION),
                "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
                "hashes": [{"alg": "SHA-256", "content": built.sha256}],
            }
        },
        "components": [_component(wheel) for wheel in built.wheels],
        "dependencies": [{"ref": built.path.name, "dependsOn": [_reference(wheel) for wheel in built.wheels]}],
    }


def _component(wheel: Wheel) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(wheel),
        "name": wheel.name,
        "version": wheel.version,
        "purl": _reference(wheel),
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
    }
    if wheel.licence:
        component["licenses"] = [{"expression": wheel.licence}]
    return component


def _reference(wheel: Wheel) -> str:
    return f"pkg:pypi/{wheel.name}@{wheel.version}"
