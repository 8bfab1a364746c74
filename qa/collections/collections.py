"""The collections of one run, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qa.collections.choice import place_of, settings_of_all
from qa.collections.collection import Collection, OpenEngine
from qa.errors import QAError
from qa.settings import Settings


class Collections:
    """The collections that the settings name, in their order; the first one is asked where none is named.

    Each is opened when it is first asked, and one that cannot be opened keeps no other from answering.
    """

    def __init__(self, settings: Settings, open_engine: Callable[[Settings], OpenEngine]) -> None:
        self._all = tuple(Collection(one, open_engine) for one in settings_of_all(settings))

    def __iter__(self) -> Iterator[Collection]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def default(self) -> Collection:
        """Return the collection that is asked where none is named."""
        return self._all[0]

    def find(self, name: str | None) -> Collection:
        """Return the collection of this name, the default one for None; raises UnknownCollection."""
        return self._all[place_of(name, [one.name for one in self._all])]

    def open(self) -> None:
        """Open all of them; raises what the first one does where none can be opened."""
        failures = [error for one in self._all if (error := _failure(one)) is not None]
        if len(failures) == len(self._all):
            raise failures[0]

    def available(self) -> Iterator[Collection]:
        """Return those that can be asked."""
        return (one for one in self._all if _failure(one) is None)

    def close(self) -> None:
        """Close all that are open."""
        for one in self._all:
            one.close()


def _failure(one: Collection) -> QAError | None:
    try:
        one.engine  # noqa: B018 - opened by this
    except QAError as error:
        return error
    return None
