"""The requests that every interface takes, checked in one place.

The classes are the one source of what is accepted: interfaces decode into them, and the API's document is generated
from them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from qa.errors import BadRequest

BODY_BYTES = 64 * 1024
QUESTION_LIMIT = 2000
HISTORY_LIMIT = 50
MOST_QUOTES = 10

# One pattern for Python's, ECMAScript's and Rust's readers of it, which do not agree on what \s is.
WRITTEN = r"[^\s\u001c-\u001f\u0085\ufeff]"

# A text that is not blank: require_words refuses what the pattern does not match.
WrittenText = Annotated[str, Meta(min_length=1, extra_json_schema={"pattern": WRITTEN})]
QuestionText = Annotated[WrittenText, Meta(max_length=QUESTION_LIMIT, description="The question, in plain words.")]
SearchText = Annotated[WrittenText, Meta(max_length=QUESTION_LIMIT)]
Date = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="A day as YYYY-MM-DD.",
        extra_json_schema={"format": "date"},
    ),
]
ArticleIds = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=1024)], ...],
    Meta(max_length=1000, description="Only these articles, by id; empty for all."),
]

CollectionName = Annotated[str, Meta(max_length=64, description="The collection to ask, by its name; else the first.")]


def require_words(text: str, refusal: str) -> None:
    """Raise ValueError with this refusal where a text is blank."""
    if not re.search(WRITTEN, text):
        raise ValueError(refusal)


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One earlier question of the conversation and what was answered."""

    question: Annotated[str, Meta(max_length=QUESTION_LIMIT)]
    answer: Annotated[str, Meta(max_length=20_000)] = ""


History = Annotated[tuple[Turn, ...], Meta(max_length=HISTORY_LIMIT, description="Earlier turns, oldest first.")]


class SearchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question whose passages are wanted; only ``question`` is required."""

    question: QuestionText
    history: History = ()
    searched_for: Annotated[
        SearchText | None,
        Meta(description="Search for exactly this instead of reading the question with its history."),
    ] = None
    passages: Annotated[int, Meta(ge=1, le=100, description="How many passages to return.")] = 10
    articles: ArticleIds = ()
    since: Annotated[Date | None, Meta(description="Only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Only articles of this day or earlier.")] = None
    id: Annotated[str | int | None, Meta(description="Echoed in the response.")] = None
    collection: CollectionName | None = None

    def __post_init__(self) -> None:
        for text in (self.question, self.searched_for):
            if text is not None:
                require_words(text, "The question is empty. Ask something in words.")
        for day in (self.since, self.until):
            if day is not None and not _is_day(day):
                raise ValueError(f"No calendar has the day {day}.")


class AskRequest(SearchRequest, frozen=True, forbid_unknown_fields=True):
    """A question and how to answer it; only ``question`` is required."""

    quotes: Annotated[int, Meta(ge=1, le=MOST_QUOTES, description="How many quotations at most.")] = 3


class WrittenAsk(AskRequest, frozen=True, forbid_unknown_fields=True):
    """A question and how to answer it; with ``write``, the configured language model writes from the quotations."""

    write: Annotated[
        bool,
        Meta(description="Let the configured language model write a text from the quotations, each sentence checked."),
    ] = False


def with_writing(request: AskRequest) -> WrittenAsk:
    """Return the request with ``write``."""
    return WrittenAsk(**{**msgspec.structs.asdict(request), "write": True})


def wants_writing(request: AskRequest) -> bool:
    """Return whether a text is to be written from the quotations of the answer.

    >>> wants_writing(AskRequest("Why?")), wants_writing(with_writing(AskRequest("Why?")))
    (False, True)
    """
    return bool(getattr(request, "write", False))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_meant(content: Any, names: frozenset[str]) -> Any:
    """Return JSON without the fields of these names that are null, and with 3 for 3.0: clients send both.

    >>> names = frozenset({"since", "answer"})
    >>> as_meant({"quotes": 2.0, "since": None, "history": [{"question": "b", "answer": None}]}, names)
    {'quotes': 2, 'history': [{'question': 'b'}]}
    """
    if isinstance(content, Mapping):
        return {
            name: as_meant(value, names) for name, value in content.items() if value is not None or name not in names
        }
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return [as_meant(value, names) for value in content] if isinstance(content, list) else content


@functools.lru_cache(maxsize=64)
def field_names(kind: Any) -> frozenset[str]:
    """Return the names of all fields of a record and of the records in it.

    >>> sorted(field_names(Turn))
    ['answer', 'question']
    """
    schemas = msgspec.json.schema_components([kind])[1].values()
    return frozenset(name for schema in schemas for name in schema.get("properties", {}))


def allow_nulls(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a record that is decoded after as_meant: its optional fields may be null.

    >>> allow_nulls({"properties": {"passages": {"type": "integer", "description": "How many."}}, "required": []})
    {'properties': {'passages': {'anyOf': [{'type': 'integer'}, {'type': 'null'}], 'description': 'How many.'}}, \
'required': []}
    """
    properties = {
        name: one if name in schema.get("required", ()) else _or_null(one)
        for name, one in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: schema[name] for name in ("description", "default") if name in schema}
    plain = {name: value for name, value in schema.items() if name not in kept}
    kinds = plain.pop("anyOf", None) or [plain]
    if {"type": "null"} not in kinds:
        kinds = [*kinds, {"type": "null"}]
    return {"anyOf": kinds, **(plain if kinds[0] is not plain else {}), **kept}


def request_from(fields: Mapping[str, Any], *, ignore_unknown: bool = False) -> AskRequest:
    """Return the request that these fields describe.

    Null is as if not given. With ignore_unknown, fields that are not of the request are left out instead of refused.
    Raises BadRequest naming the field and the limit that it breaks.
    """
    given = as_meant(fields, field_names(AskRequest))
    try:
        return msgspec.convert(_known(given) if ignore_unknown else given, AskRequest)
    except msgspec.ValidationError as error:
        raise explain(error) from error


def explain(error: msgspec.ValidationError) -> BadRequest:
    """Return the refusal of a request: the field that is wrong and its limit, in plain words.

    >>> str(explain(msgspec.ValidationError("Expected `str` of length <= 2000 - at `$.history[0].question`")))
    '`history[0].question` may have 2,000 characters at most.'
    """
    words, _, place = str(error).partition(" - at `$")
    path = re.findall(r"[^.\[\]`]+", place)
    for form, sentence in _REFUSALS:
        if (found := form.fullmatch(words)) is not None:
            path += [found["field"]] if "field" in found.groupdict() else []
            return BadRequest(sentence(f"`{_dotted(path)}`" if path else "The request", found), _pointer(path))
    place = f": `{_dotted(path)}`." if path else "."
    return BadRequest(f"{words.removesuffix('.')}{place}", _pointer(path))


def _dotted(path: Sequence[str]) -> str:
    return "".join(f"[{one}]" if one.isdigit() else f".{one}" for one in path).removeprefix(".")


def _pointer(path: Sequence[str]) -> str | None:
    return "/".join(one.replace("~", "~0").replace("/", "~1") for one in path) or None


_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_ONE_DAY = "{} has to be a day of the calendar as YYYY-MM-DD."


def _kinds(names: str) -> str:
    return " or ".join(_KINDS.get(one, one) for one in names.removesuffix(" | null").split(" | "))


# What msgspec says, and what a person is told instead: the name of the field comes first.
_REFUSALS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], str]], ...] = tuple(
    (re.compile(form, re.DOTALL), sentence)
    for form, sentence in (
        (r"Expected `\w+` of length >= 1", lambda name, _: f"{name} is empty."),
        (r"Expected `str` of length <= (\d+)", lambda name, of: f"{name} may have {int(of[1]):,} characters at most."),
        (r"Expected `array` of length <= (\d+)", lambda name, of: f"{name} may have {int(of[1]):,} entries at most."),
        (r"Expected `(?:int|float)` >= (-?[\d.]+)", lambda name, of: f"{name} has to be {of[1]} or more."),
        (r"Expected `(?:int|float)` <= (-?[\d.]+)", lambda name, of: f"{name} has to be {of[1]} or less."),
        (r"Expected `str` matching regex .*", lambda name, _: _ONE_DAY.format(name)),
        (r"Invalid RFC3339 encoded date", lambda name, _: _ONE_DAY.format(name)),
        (
            r"Expected `([^`]+)`, got `([^`]+)`",
            lambda name, of: f"{name} has to be {_kinds(of[1])}, not {_kinds(of[2])}.",
        ),
        (r"Object missing required field `(?P<field>.*)`", lambda name, _: f"{name} is missing."),
        (r"Object contains unknown field `(?P<field>.*)`", lambda name, _: f"There is no field {name}."),
        (r"Invalid enum value (.*)", lambda name, of: f"{name} may not be {of[1]}."),
    )
)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if name in AskRequest.__struct_fields__}
    if isinstance(known.get("history"), list):
        known["history"] = [_known_of_turn(turn) for turn in known["history"]]
    return known


def _known_of_turn(turn: Any) -> Any:
    if not isinstance(turn, Mapping):
        return turn
    return {name: value for name, value in turn.items() if name in Turn.__struct_fields__}
