"""What may be brought as evidence; the check itself serves every room that takes files."""

from tracker.media import ACCEPTED as ACCEPTED
from tracker.media import media_type_of as media_type_of
