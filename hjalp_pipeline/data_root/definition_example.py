"""A release definition to begin with: every key with what it means, from the statistic's ``Definition`` itself."""

from collections.abc import Iterator

from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.maintained_list import filled_in
from hjalp_pipeline.typed import Described, described

#: Given by the name of the file.
_NAME = "release"


def keys(statistic: Statistic) -> Iterator[tuple[str, str, str, str]]:
    """Each key: its name, what it holds, whether it is needed, what it means."""
    for one in _keys(statistic):
        holds, means = (filled_in(text, statistic) for text in (one.holds, one.means))
        yield f"`[{one.name}]`" if _is_table(one) else f"`{one.name}`", holds, "yes" if one.required else "no", means


def definition_toml(statistic: Statistic, *, optional: bool) -> str:
    """A first definition: the keys that are needed, and as remarks the others (``optional``)."""
    if not optional:
        return "".join(f"{one.name} = {filled_in(one.sample, statistic)}\n" for one in _keys(statistic) if one.required)
    lines = [
        "# A definition to copy: under the name of a release, 2024v1.toml, it is one. EXAMPLE.toml itself is not read.",
        "# Remove the # of a key to set it.",
    ]
    for one in sorted(_keys(statistic), key=lambda one: (not one.required, _is_table(one))):
        sample = filled_in(one.sample, statistic)
        lines += ["", f"# {filled_in(f'{one.means} Holds: {one.holds}.', statistic)}"]
        if one.required:
            lines.append(f"{one.name} = {sample}")
        elif _is_table(one):
            lines += [f"# [{one.name}]", f"# {sample}"]
        else:
            lines.append(f"# {one.name} = {sample}")
    return "\n".join(lines) + "\n"


def _keys(statistic: Statistic) -> list[Described]:
    return [one for one in described(statistic.definition) if one.name != _NAME]


def _is_table(key: Described) -> bool:
    return "table" in key.holds
