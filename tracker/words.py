"""Enums that know their Chinese name."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """``State.CLOSED == "closed"`` in code and database; ``State.CLOSED.label`` is 已办结."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word
