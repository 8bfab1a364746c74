"""Pieces of a stream without the thoughts that some models write before they answer."""

from __future__ import annotations

from collections.abc import Iterator

OPENING, CLOSING = "<think>", "</think>"


def drop_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the pieces without what stands between <think> and </think>; the marks may be cut anywhere.

    >>> "".join(drop_thoughts(iter(["<th", "ink>So", "</thi", "nk>Yes."])))
    'Yes.'
    """
    held, thinking = "", False
    for piece in pieces:
        held += piece
        while True:
            wanted = CLOSING if thinking else OPENING
            before, found, after = held.partition(wanted)
            if not found:
                break
            if not thinking and before:
                yield before
            held, thinking = after, not thinking
        kept = _length_of_beginning(held, wanted)
        ready, held = held[: len(held) - kept], held[len(held) - kept :]
        if ready and not thinking:
            yield ready
    if held and not thinking:
        yield held


def _length_of_beginning(text: str, wanted: str) -> int:
    """Return how many characters at the end of the text may begin what is wanted."""
    return next((length for length in range(len(wanted) - 1, 0, -1) if text.endswith(wanted[:length])), 0)
