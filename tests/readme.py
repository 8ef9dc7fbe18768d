"""The parts of README.md that are made from the code; ``python -m tests.readme`` writes them anew."""

import re
from pathlib import Path

from tracker.accounts.models import Role
from tracker.accounts.permissions import GRANTS
from tracker.workflow import MACHINES, markdown

README = Path(__file__).parents[1] / "README.md"


def state_tables() -> str:
    return "\n".join(f"### {machine.subject}\n\n{markdown(machine)}" for machine in MACHINES)


def permissions() -> str:
    """Roles across, permissions down; a cell says on which things."""
    lines = [["", *(role.label for role in Role)], ["---"] * (len(Role) + 1)]
    for permission, scopes in GRANTS.items():
        lines.append([permission.label, *(scopes[role].label if role in scopes else "" for role in Role)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PARTS = {"state tables": state_tables, "permissions": permissions}


def renewed(text: str) -> str:
    """``text`` with each part between its two marks as the code has it now."""
    for name, part in PARTS.items():
        marks = re.compile(f"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        text, found = marks.subn(lambda match, part=part: match[1] + part() + match[2], text)
        if found != 1:
            raise ValueError(f"README.md has no place for the {name}")
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
