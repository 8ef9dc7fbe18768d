"""What can go wrong in the domain. The message is Chinese: it is shown to the user as it is."""


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
