"""What the templates of the allotments can compute."""

from __future__ import annotations

from datetime import datetime

SEASONS = ("winter", "spring", "summer", "autumn")


def feet(metres: float) -> str:
    """A length as the plot holders say it."""
    return f"{metres * 3.281:.0f} feet"


def season(date: datetime) -> str:
    """The season of a date, as gardeners count it."""
    return SEASONS[date.month % 12 // 3]


def barrow_loads(square_metres: int) -> int:
    """How much compost a bed takes."""
    return square_metres * 2


def is_long(text: str) -> bool:
    """Whether a text is long to read standing up."""
    return len(text) > 1200
