"""The Markdown documents lead nowhere that is not there, and the top level holds what it may."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for folder in ("qa", "web", "tests", ".github") for path in (ROOT / folder).rglob("*.md"))
TOP = {"LICENSE", "README.md", "pyproject.toml", "qa", "seeds", "tests", "web"}


def links(path: Path) -> list[str]:
    """Return the targets of the links and pictures of a document, without its code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"\]\(<?([^)\s>]+)", text)


def headings(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCUMENTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_heading_of_the_project(path: Path) -> None:
    broken = []
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, heading = link.partition("#")
        place = (path.parent / target).resolve() if target else path
        if not place.is_relative_to(ROOT) or not place.exists() or (heading and heading not in headings(place)):
            broken.append(link)
    assert broken == []


def test_the_top_level_holds_no_other_files() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git repository")
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= TOP
