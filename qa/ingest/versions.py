"""What decides how a file becomes paragraphs: the number of our own rules, and the libraries that share in them.

A build reads and parses an article again when one of these strings has changed for it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

# Raise this number with every change that gives some text other paragraphs, sentences, titles or dates.
INGESTION_VERSION = 1


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {_version(package)}" for package in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


# Read once, at import: in the middle of a build it may be that no file can be opened.
PARSER_VERSION = f"ingestion {INGESTION_VERSION}, {_versions('sentencex')}"
_TEXT_READER = _versions("charset-normalizer")
_HTML_READER = _versions("charset-normalizer", "lxml", "lxml-html-clean", "trafilatura")


def reader_version(source: str) -> str:
    """Return the libraries that turn the bytes of a file with this name into text, each with its version.

    >>> reader_version("notes.md").startswith("charset-normalizer ")
    True
    """
    return _HTML_READER if source.lower().endswith((".html", ".htm")) else _TEXT_READER
