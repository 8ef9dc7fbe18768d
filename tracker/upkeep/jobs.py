"""What the scheduler calls at night: purge, verify the trail, back up."""

from datetime import datetime

from flask import current_app

from tracker import audit, clock, files
from tracker.db import db, reading
from tracker.errors import DomainError
from tracker.reports import renderings
from tracker.upkeep import actions, backup


def purge(now: datetime) -> int:
    """Forget what nobody needs; rows: rows and files."""
    gone = actions.purge(now)
    db.session.commit()
    with reading():
        strays = files.strays()
        db.session.commit()
    gone += sum(files.remove(stray, clock.real()) for stray in strays)
    return gone + renderings.forget(clock.real())


def verify_audit(now: datetime) -> int:
    """Walk the whole chain, and see that nothing was cut off since the last backup; it writes nothing.

    DomainError when an event was changed: the job fails in sight of administrator and auditor.
    """
    settings = current_app.config
    with reading():
        verdict = audit.verify()
        cut = verdict.broken_id is None and backup.is_cut_off(settings["BACKUP_DIR"])
        db.session.commit()
    if verdict.broken_id is not None:
        raise DomainError(f"留痕被改动过：第{verdict.broken_id}号记录与前后不符，请立即报告并封存数据库")
    if cut:
        raise DomainError("留痕的末尾被截去了：上次备份时的最后一条记录已经不在，请立即报告并封存数据库")
    return 0


def back_up(now: datetime) -> int:
    """One backup a night, the oldest beyond the number kept are removed; rows: backups made."""
    settings = current_app.config
    folder, copies = settings["BACKUP_DIR"], settings["BACKUPS"]
    file = folder / backup.name_of(now)
    if not copies or file.exists():
        return 0
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with reading():
        made = backup.make(file, now)
    backup.prune(folder, copies)
    if made.missing:
        raise DomainError(f"备份已完成，但有{made.missing}个文件不在数据目录中，请尽快从以前的备份中找回")
    return 1
