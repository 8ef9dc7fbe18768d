"""The form of an account ↔ what is entered."""

from typing import Any

from tracker import clock
from tracker.accounts.queries import get_unit
from tracker.documents.directory import Directory
from tracker.errors import Invalid
from tracker.lists.actions import Findings, faults
from tracker.lists.intake.rules import said_of, stages_of, units_of
from tracker.lists.links.actions import accounts_in
from tracker.lists.models import Pace, ProblemSource, Severity


def typed_of(findings: Findings) -> dict[str, Any]:
    """An account as the form shows it."""
    return {
        **vars(findings),
        "unit": findings.unit.id,
        "accepting_unit": findings.accepting_unit.id,
        "is_common": "1" if findings.is_common else "",
        "lead_unit": "" if findings.lead_unit in (None, findings.unit) else str(findings.lead_unit.id),
        "supports": "、".join(unit.name for unit in findings.supports),
        "stages": said_of(findings.stages),
    }


def entry_of(said: dict[str, Any], names: Directory, **kept: Any) -> Findings:
    """What the form says; Invalid tells at which fields it is not understood, and what else is wrong.

    ``kept`` is not in the form.
    """
    wrong: dict[str, str] = {}

    def read(field: str, reading: Any, *more: Any) -> Any:
        try:
            return reading(said.get(field, ""), *more)
        except Invalid as fault:
            wrong[field] = fault.fields.get(field, str(fault))
            return ()

    read("links", accounts_in)
    typed = {name: said[name] for name in ("text", "kind", "basis", "goal", "source_number", "caller")}
    people = {name: said[name] for name in ("remedy", "leader", "person", "phone", "content")}
    findings = Findings(
        **typed,
        **people,
        source=ProblemSource(said["source"]),
        found_on=said["found_on"],
        source_on=said["source_on"] or None,
        unit=get_unit(said["unit"]),
        severity=Severity(said["severity"]),
        is_common=bool(said["is_common"]),
        pace=Pace(said["pace"]),
        deadline=said["deadline"] or None,
        stages=read("stages", stages_of),
        lead_unit=get_unit(int(said["lead_unit"])) if said["lead_unit"] else None,
        supports=tuple(map(get_unit, read("supports", units_of, names))),
        accepting_unit=get_unit(said["accepting_unit"]),
        **kept,
    )
    if wrong:
        wrong = faults(findings, clock.today()) | wrong
        raise Invalid("；".join(wrong.values()), **wrong)
    return findings
