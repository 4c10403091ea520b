"""Groups all of whose observations stand in one category: publishing them tells the category of each (attribute disclosure)."""

from collections.abc import Mapping, Sequence

from hjalp_pipeline.confidentiality.system import Name


def telling(counts: Mapping[Name, int], place: int, categories: Sequence[str]) -> frozenset[Name]:
    """The cells to hide so that no group's category is told: of each such group the category all stand in, and another, which is 0.

    counts: every cell, sums too, by codes. ``place``: of the sensitive code among them. ``categories``: its codes without the
    total. A group is a combination of the other codes, totals among them. While the other zeros are shown, a hidden zero is
    what makes another category possible. It is of the category that has most over all groups, and so most room to be something;
    of equal ones the first.
    """
    groups: dict[Name, dict[str, int]] = {}
    whole = dict.fromkeys(categories, 0)
    for codes, count in counts.items():
        if codes[place] in whole:
            groups.setdefault((*codes[:place], *codes[place + 1 :]), {})[codes[place]] = count
            whole[codes[place]] += count
    order = sorted(categories, key=lambda code: -whole[code])
    found: set[Name] = set()
    for group, of in groups.items():
        some = [code for code, count in of.items() if count]
        if len(some) == 1:
            other = next((code for code in order if code != some[0] and code in of), some[0])
            found |= {(*group[:place], code, *group[place:]) for code in (some[0], other)}
    return frozenset(found)
