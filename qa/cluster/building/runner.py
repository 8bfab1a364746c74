"""How a stage is run over all parts: here one after the other, on a cluster by Ray Data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


class Runner(Protocol):
    """Runs the stages of a build; a stage is a callable object that another machine can be sent."""

    @property
    def machines(self) -> int:
        """The number of machines that run parts."""
        ...

    def run(
        self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
    ) -> Iterator[Result]:
        """Yield the result of each part, in their order."""
        ...


class InOrder:
    """Runs a stage in this process."""

    machines = 1

    def run(
        self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
    ) -> Iterator[Result]:
        """Yield the result of each part."""
        return map(stage, parts)
