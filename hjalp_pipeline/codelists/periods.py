"""What a delivery is for: a quarter (``2024K4``) or a month (``2024M11``); as text both stand in the order of time."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """A kind of period: ``attribute`` is its name in xml, ``pattern`` how it is written, also as the name of a folder."""

    attribute: str
    pattern: str
    months: int

    def is_form_of(self, text: str) -> bool:
        """Whether a text is one of these periods."""
        return re.fullmatch(f"(?!0000){self.pattern}", text) is not None

    def first_day(self, text: str) -> date:
        """First day of a period; ValueError naming the form for what is none."""
        if not self.is_form_of(text):
            raise ValueError(f"not a {self.attribute} of the form {self.pattern}: {text!r}")
        return date(int(text[:4]), (int(text[5:]) - 1) * self.months + 1, 1)


KVARTAL = Period("kvartal", "[0-9]{4}K[1-4]", 3)
MAANED = Period("periode", "[0-9]{4}M(0[1-9]|1[0-2])", 1)
