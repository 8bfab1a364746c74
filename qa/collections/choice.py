"""The settings of the collection that somebody names; a single folder is the case of one collection without a name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from qa.check.folder_state import with_folder_of_index
from qa.errors import UnknownCollection
from qa.settings import Settings

# Similarity by difflib's ratio from which a name is suggested.
SIMILAR = 0.5
# Characters of a name that an error repeats.
NAME_CHARACTERS = 80


def settings_of_all(settings: Settings) -> tuple[Settings, ...]:
    """Return the settings of each collection, in their order, or of the single folder where no collection is set."""
    if not settings.collections:
        return (with_folder_of_index(settings),)
    return tuple(settings.of_collection(one) for one in settings.collections)


def settings_of(settings: Settings, name: str | None) -> Settings:
    """Return the settings of the collection of this name, of the first one for None; raises UnknownCollection."""
    every = settings_of_all(settings)
    return every[place_of(name, [one.collection for one in every])]


def place_of(name: str | None, names: Sequence[str | None]) -> int:
    """Return the place of a name among the names of all collections, 0 for None; raises UnknownCollection.

    >>> place_of("old", ["news", "old"])
    1
    """
    if name is None:
        return 0
    if name in names:
        return names.index(name)
    raise UnknownCollection(_describe_unknown(name, [one for one in names if one is not None]), "collection")


def _describe_unknown(name: str, names: Sequence[str]) -> str:
    shown = repr(name if len(name) <= NAME_CHARACTERS else f"{name[: NAME_CHARACTERS - 1]}…")
    if not names:
        return f"There is no collection {shown}: a single folder is asked here, and it has no name."
    folded = {one.casefold(): one for one in names}
    nearest = get_close_matches(name.casefold(), folded, 1, SIMILAR)
    if nearest:
        return f"There is no collection {shown}. Did you mean {folded[nearest[0]]!r}?"
    return f"There is no collection {shown}. There are: {', '.join(map(repr, names))}."
