"""Versions of everything that decides how a file becomes paragraphs: our own rules and the libraries they use.

A build reads and parses an article again when one of these strings has changed for it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from qa.ingest.formats.registry import READERS, find_reader

# Raise this number with every change that gives any text other paragraphs, sentences, titles or dates.
INGESTION_VERSION = 10
# Raise this one with every change that gives the bytes of any file another text.
READING_VERSION = 3


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {_version(package)}" for package in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


# Read once, at import: during a build, the process may be out of file descriptors.
PARSER_VERSION = (
    f"ingestion {INGESTION_VERSION}, {_versions('sentencex', 'markdown-it-py', 'dateparser', 'py3langid', 'pyyaml')}"
)
_READER_VERSIONS = {reader.name: f"{_versions(*reader.packages)}, reading {READING_VERSION}" for reader in READERS}


def reader_version(source: str) -> str:
    """Return what turns the bytes of a file with this name into text: libraries with their versions, and our rules'.

    >>> reader_version("notes.md").startswith("chardet ")
    True
    """
    reader = find_reader(source)
    return "" if reader is None else _READER_VERSIONS[reader.name]
