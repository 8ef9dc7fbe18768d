"""What can go wrong in the domain. The message is Chinese: it is shown to the user as it is."""

from errno import EDQUOT, ENOSPC


class DomainError(Exception):
    """A refusal the user can understand and act on; nothing was changed."""

    status = 400


class Invalid(DomainError):
    """A value is missing or out of range; ``fields`` maps field name -> message."""

    status = 422

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(message)
        self.fields = fields


class Forbidden(DomainError):
    """The person may not do this."""

    status = 403


class NotFound(DomainError):
    """It does not exist, or it is out of this person's sight, which is the same to them."""

    status = 404


class WrongState(DomainError):
    """The transition does not exist from the present state, or another person was faster."""

    status = 409


LONGEST = 5000  # characters a person may say with one step, where nothing else is said


def too_long(text: str, most: int = LONGEST) -> str:
    """What to say of a text of more than ``most`` characters; nothing where it fits. A line end is one."""
    length = len(text.replace("\r\n", "\n"))
    return f"最多{most}个字，现在有{length}个字，请删去{length - most}个字" if length > most else ""


def check_length(text: str, most: int = LONGEST, name: str = "reason", label: str = "填写的内容") -> None:
    """Invalid when ``text``, the field ``name``, is too long."""
    if words := too_long(text, most):
        raise Invalid(label + words, **{name: label + words})


def is_full(error: BaseException) -> bool:
    """Whether a disk was full: as the system, SQLite or PostgreSQL says it."""
    cause = getattr(error, "orig", error)  # what the database's driver said
    return (
        getattr(cause, "errno", None) in (ENOSPC, EDQUOT)
        or getattr(cause, "sqlite_errorname", None) == "SQLITE_FULL"
        or getattr(cause, "sqlstate", None) == "53100"
    )
