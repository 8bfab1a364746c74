"""Where the index and the data lie when no setting names them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

APPLICATION = "qa-articles"
PROJECT_INDEX, PROJECT_DATA = Path(".qa"), Path(".qa-data")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of the index and of the data; ``origin`` says why they are these."""

    index: Path
    data: Path
    origin: str


def find_home(named: Path | None) -> Home:
    """Return the home: the one that is named, else that of the working directory, else that of the user.

    The working directory is a home where it holds a folder ``.qa``, and where the user has none: in a container whose
    user has no name and no HOME.
    """
    if named is not None:
        return Home(named / "index", named / "data", "QA_HOME")
    if PROJECT_INDEX.is_dir():
        return Home(PROJECT_INDEX, PROJECT_DATA, "working directory")
    from platformdirs import user_data_path  # late: it takes several milliseconds

    try:
        own = user_data_path(APPLICATION, appauthor=False)
    except RuntimeError:
        own = PROJECT_INDEX
    if not own.is_absolute():  # versions of platformdirs that raise nothing return a path that begins with ~
        return Home(PROJECT_INDEX, PROJECT_DATA, "working directory")
    return Home(own / "index", own / "data", "default")
