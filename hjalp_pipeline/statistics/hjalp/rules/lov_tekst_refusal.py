"""Whether a ``lov_tekst`` refuses or negates a paragraph: "ikke § 112", "§ 112 er ikke bevilget", "afslag på § 113" (R7).

To negate a law alone says nothing about a paragraph: "§ 112 (ikke sundhedsloven)".
"""

from dataclasses import dataclass

from hjalp_pipeline.statistics.hjalp.rules.lov_tekst_words import NEGATED_AFTER


@dataclass(slots=True)
class Refusal:
    """What is known of refusals at this point of a text; ``found`` once a paragraph is refused or negated."""

    negated: bool = False  # a "not" that may reach a paragraph or a law
    another: bool = False  # it was a law that was negated; "ikke SUL eller BL" goes on
    pending: bool = False  # something was refused, perhaps only under another law
    granted: bool = False  # a word of granting right before
    after_number: bool = False  # nothing but helpers since a paragraph
    found: bool = False

    def take(self, kind: str, value: str) -> None:
        """Take a token other than a number or a law."""
        if kind == "not":
            self.pending = self.pending or self.granted
            self.negated = True
        elif kind == "refusal" or (kind == "grant" and self.negated):
            self.pending = True
        elif kind in ("word", "unit", "weak_unit", "date", "procedure", "suffix", "part") or value in (",", ";"):
            self.close()
        if kind not in ("helper", "glue"):
            self.granted = kind == "grant" and NEGATED_AFTER.match(value) is not None
        if kind not in ("helper", "not", "grant", "glue", "suffix", "part", "range") and value not in ("(", "["):
            self.after_number = False

    def number(self, *, written: bool) -> None:
        """Take a number: a paragraph in reach of a negation is refused."""
        self.found = self.found or self.pending or (self.negated and written)
        self.negated = self.pending = self.granted = self.another = False
        self.after_number = written

    def law(self, *, goes_forward: bool) -> bool:
        """Take a law; true when it is the law that is negated, and no paragraph."""
        negated = (self.negated or self.pending or self.another) and not goes_forward
        if negated:
            self.negated = self.pending = self.after_number = False
        self.another = negated
        return negated

    def close(self, *, at_end: bool = False) -> None:
        """A clause ends: "kan ikke gå, § 112" negates nothing, "§ 112, afslag" does."""
        self.found = self.found or self.pending or (at_end and self.negated and self.after_number)
        self.negated = self.pending = self.another = False
