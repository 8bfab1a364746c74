"""Short made-up articles that share paragraphs and headings; one of them holds nothing but copies."""

from __future__ import annotations

from pathlib import Path

SUBJECTS = ("flood", "museum", "ferry", "bridge", "harvest", "mayor", "school", "market")
SHARED = "The harbour bridge was opened in June 1987 and carries eleven thousand cars on a working day."
ARTICLES = 12
COPY, COPIED = 10, 2
NAMES = ("Anna Keller", "Aleksei Morozov", "Alexey Morozov", "Maria Lund")


def write_corpus(folder: Path, articles: int = ARTICLES) -> None:
    """Write the articles as text files, in two folders."""
    for number in range(articles):
        path = folder / ("harbour" if number % 2 else "town") / f"{number:02d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_article(COPIED if number == COPY else number), encoding="utf-8")


def _article(number: int) -> str:
    subject, name = SUBJECTS[number % len(SUBJECTS)], NAMES[number % len(NAMES)]
    parts = [
        f"---\ndate: {2019 + number % 4}-05-{1 + number:02d}\n---",
        f"The {subject} of Riverton, part {number}",
        f"{name} spoke about the {subject} on Monday. The council of Riverton decided to spend"
        f" {number + 2}.4 million euros on the {subject} within {number + 3} years.",
        "Background",
        SHARED if number % 3 else f"The mayor of Riverton is {name}, who was elected with {50 + number} per cent.",
        f"In the {subject} of {1950 + number}, {number * 7 + 2} people lost their homes and {number + 1} died.",
        *(
            f"The {other} and the {subject} are {number + place} kilometres apart."
            for place, other in enumerate(SUBJECTS)
        ),
    ]
    return "\n\n".join(parts) + "\n"
