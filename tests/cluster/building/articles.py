"""Articles that repeat lines, copy each other across parts and shards, and come in every size."""

from __future__ import annotations

import random
from pathlib import Path

# Files per part, instead of 64.
PART_FILES = 6
WORDS = (
    *("river", "harbour", "orchard", "museum", "bridge", "winter", "council", "ferry", "market", "garden"),
    *("engine", "letter", "window", "mountain", "teacher", "village", "station", "forest", "kitchen", "island"),
)


def write_articles(folder: Path, count: int, seed: int = 1) -> None:
    """Write this many articles; every seventh has no paragraph of its own, every fifth quotes an earlier one."""
    folder.mkdir(parents=True, exist_ok=True)
    choose = random.Random(seed)  # noqa: S311
    texts: list[str] = []
    for number in range(count):
        text = "\n\n".join(_paragraph(choose, number, place) for place in range(choose.randint(1, 5)))
        if number % 5 == 4:
            text += "\n\n" + choose.choice(texts)
        if number % 7 == 6:
            text = choose.choice(texts)
        texts.append(text.split("\n\n")[0])
        (folder / f"{choose.choice('abcdef')}{number:03d}.txt").write_text(
            f"Report {number} of the valley\n\n{text}\n\nFollow us on every network\n", "utf-8"
        )


def _paragraph(choose: random.Random, number: int, place: int) -> str:
    words = choose.choices(WORDS, k=choose.randint(8, 30))
    return f"The {' '.join(words)} was seen {number * 10 + place} times. Nobody in {words[0].title()} saw it happen."
