"""The measures of GB/T 9704-2012, in millimetres; a character (字) is one of the 28 of a line. Pure."""

from datetime import date

PAGE = (210, 297)
TOP, RIGHT, BOTTOM, LEFT = 37, 26, 35, 28  # margins: the type area is 156 by 225
WIDTH, HEIGHT = 156, 225
LINE = HEIGHT / 22  # line pitch
CHARACTER = WIDTH / 28  # character pitch
POINT = 25.4 / 72
BODY = 16 * POINT  # 3号
TITLE = 22 * POINT  # 2号


def width(text: str) -> float:
    """Of body text in millimetres: half a character for a digit or letter."""
    return sum(0.5 if character.isascii() else 1 for character in text) * CHARACTER


def chinese_date(day: date) -> str:
    """2020年7月6日: Arabic digits, full year, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
