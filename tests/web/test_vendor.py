"""Files from elsewhere are what their README says, and nothing is fetched from elsewhere."""

import hashlib
import re
from pathlib import Path

VENDOR = Path("tracker/static/vendor")
LISTED = re.findall(r"^\| (\S+\.\w+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.M)


def test_every_file_has_the_sum_its_readme_states():
    for name, sha256 in LISTED:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == sha256, name


def test_every_file_is_listed():
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == {name for name, _ in LISTED} | {"README.md"}
