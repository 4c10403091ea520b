"""What keeps a release back after the attack on it: cells that are not protected, and a decision that a person has to make (R11)."""

from hjalp_pipeline.production.release.disclosure import Protected
from hjalp_pipeline.publishing.definition import Definition


def refusals(protected: Protected, definition: Definition, *, again: bool = False) -> list[str]:
    """Why a release is not made, a sentence each, none when it is. None says how many cells nothing protects.

    ``again``: it was made before, so what a person had to decide is decided.
    """
    reasons = []
    if protected.fails:
        reasons.append(f"{len(protected.fails)} hidden cells can be computed or inferred to be below 3")
    if protected.differ:
        reasons.append(f"the suppressor holds {len(protected.differ)} hidden cells protected that the attacker breaks")
    accepted, asked = definition.accept_unprotectable, definition.refuse_unprotectable
    if protected.unprotectable != accepted and (asked or accepted) and not again:
        reasons.append(
            f"accept_unprotectable in releases/{definition.release}.toml is not the number of cells that nothing can protect"
            if accepted
            else "there are hidden cells that nothing can protect, and a person has not decided that they may be published so "
            f"(accept_unprotectable in releases/{definition.release}.toml)"
        )
    return reasons
