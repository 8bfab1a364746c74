"""The settings, read once from QA_* variables of the environment; an unusable or misspelt one is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from qa.errors import BadSetting
from qa.settings.collections import NamedFolder, index_of_collection, read_named_folders
from qa.settings.home import PROJECT_DATA, PROJECT_INDEX, find_home
from qa.settings.unknown import check_unknown

PREFIX = "QA_"
# Their values are never shown; the address of a writer can hold a key where it does not belong.
SECRETS = {"QA_TOKEN", "QA_WRITER", "QA_WRITER_KEY"}


def _folder(value: str) -> Path:
    if not value.strip():
        raise ValueError("a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError("a folder without ~, as no home of this user is known") from error


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"a number from {low} to {high}")
        return int(value)

    return number


def _switch(value: str) -> bool:
    if value.lower() not in {"0", "1", "no", "yes", "off", "on", "false", "true"}:
        raise ValueError("on or off")
    return value.lower() in {"1", "yes", "on", "true"}


def _word(value: str) -> str:
    if not value.strip():
        raise ValueError("text that is not blank")
    return value.strip()


def _address(value: str) -> str:
    found = re.fullmatch(r"(https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?:/[\w.~-]+)*)/?", value.strip())
    if found is None:
        raise ValueError("an address such as https://qa.example or https://example.org/qa")
    return found[1]


def _endpoint(value: str) -> str:
    """Return an address without a slash at its end; unlike that of the site it may have any port and path."""
    found = re.fullmatch(r"(https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?(?:/[\w.~-]+)*)/?", value.strip())
    if found is None:
        raise ValueError("an address such as http://127.0.0.1:11434/v1, without a key in it")
    return found[1]


def _file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError("a file that is there")
    return path


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _origins(value: str) -> tuple[str, ...]:
    names = tuple(name.rstrip("/").lower() for name in _names(value))
    if not all(re.fullmatch(r"\*|https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", name) for name in names):
        raise ValueError("origins such as https://desk.example, with commas between them, or *")
    return names


def _collections(value: str) -> tuple[NamedFolder, ...]:
    return read_named_folders(_names(value))


def _setting(default: Any, read: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"read": read, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """Where things are and how they are served.

    ``origins`` names the variable or option that gave each value; ``warnings`` are for the person who set them.
    ``collection`` is the name of the collection whose folder and index these are, None where they have no name.
    """

    articles: Path = _setting(Path("seeds"), _folder, "folder of articles")
    home: Path | None = _setting(None, _folder, "folder that holds the index and the data")
    index: Path = _setting(PROJECT_INDEX, _folder, "folder of the index")
    data: Path = _setting(PROJECT_DATA, _folder, "folder of the kept conversations")
    collections: tuple[NamedFolder, ...] = _setting(
        (), _collections, "folders of articles that are asked one by one, as folder or name=folder"
    )
    model: str = _setting("all-MiniLM-L6-v2", _word, "sentence-transformers model, by name or folder")
    host: str = _setting("127.0.0.1", _word, "address to serve on")
    port: int = _setting(8000, _between(0, 65535), "port to serve on; 0 takes a free one")
    cluster: str = _setting("", _word, "Ray cluster that builds and serves the index, by address; empty: this machine")
    replicas: int = _setting(2, _between(1, 100), "nodes of that cluster that hold each part of the index")
    threads: int = _setting(4, _between(1, 256), "threads that answer requests")
    keep: bool = _setting(True, _switch, "keep conversations")
    shared_conversations: bool = _setting(False, _switch, "list everyone's conversations to each browser")
    trusted_hosts: tuple[str, ...] = _setting((), _names, "host names to answer to besides the loopback ones")
    cors: tuple[str, ...] = _setting((), _origins, "origins whose pages may use the API; * is any")
    url: str = _setting("", _address, "public address of the site behind a proxy, its path included")
    token: str = _setting("", _word, "token that every request has to bring")
    uploads: bool = _setting(True, _switch, "let articles be added and removed over HTTP (this machine, or a token)")
    log_questions: bool = _setting(False, _switch, "write questions into the log")
    writer: str = _setting(
        "", _endpoint, "address of an OpenAI-compatible endpoint that writes; empty: nothing is sent"
    )
    writer_model: str = _setting("", _word, "name of the model at that endpoint")
    writer_key: str = _setting("", _word, "key of that endpoint")
    writer_key_file: Path | None = _setting(None, _file, "file with the key of that endpoint")
    writer_context: int = _setting(4096, _between(512, 1_000_000), "tokens that the model reads and writes at most")
    writer_wait: int = _setting(60, _between(1, 3600), "seconds that its text may take")
    collection: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def with_options(self, **options: Any) -> Settings:
        """Return the settings with the options that were given (not None) in place."""
        given = {name: value for name, value in options.items() if value is not None}
        origins = {**self.origins, **{name: f"option --{name.replace('_', '-')}" for name in given}}
        return replace(self, **given, origins=origins)

    def of_collection(self, named: NamedFolder) -> Settings:
        """Return the settings with the folder and the index of a collection in place."""
        origin = self.origins.get("collections", "default")
        return replace(
            self,
            articles=named.folder,
            index=index_of_collection(self.index, named.folder),
            collection=named.name,
            origins={**self.origins, "articles": origin, "index": origin},
        )


def variables() -> dict[str, str]:
    """Return every variable that is understood, with its meaning.

    >>> variables()["QA_PORT"]
    'port to serve on; 0 takes a free one'
    """
    return {PREFIX + one.name.upper(): one.metadata["meaning"] for one in fields(Settings) if one.metadata}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that this environment describes; without them, index and data lie in the home.

    Raises BadSetting for a value that cannot be used, and for an unknown QA_* variable that is close to a known one.

    >>> read_settings({"QA_PORT": "9000"}).port
    9000
    """
    values: dict[str, Any] = {}
    readers = {PREFIX + one.name.upper(): one for one in fields(Settings) if one.metadata}
    given = {name for name in environment if name.startswith(PREFIX)}
    warnings = check_unknown(given - readers.keys(), list(readers), PREFIX)
    for name in sorted(given & readers.keys()):
        try:
            values[readers[name].name] = readers[name].metadata["read"](environment[name])
        except ValueError as error:
            shown = "" if name in SECRETS else f" {environment[name]!r}"
            raise BadSetting(f"{name}{shown} has to be {error}.") from error
    origins = {name: PREFIX + name.upper() for name in values}
    home = find_home(values.get("home"))
    places = {name: place for name, place in (("index", home.index), ("data", home.data)) if name not in values}
    origins |= dict.fromkeys(places, home.origin)
    return Settings(**{**places, **values}, origins=origins, warnings=warnings)
