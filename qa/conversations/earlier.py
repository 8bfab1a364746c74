"""Answers kept by an earlier version, which had fewer fields: what is missing is derived from the rest."""

from __future__ import annotations

from typing import Any

import msgspec

from qa.citations.links import quotation_link, range_link
from qa.citations.statements import quote_all, unsupported
from qa.records import Answer, Citation, Statement
from qa.search.passages import passage_id


def decode_answer(content: bytes) -> Answer:
    """Return a kept answer; raises msgspec.DecodeError where the content is none."""
    fields = msgspec.json.decode(content, type=dict[str, Any])
    if "statements" not in fields:
        msgspec.convert(fields, _EarlierAnswer)
        fields = _completed(fields)
    if "support" not in fields:
        fields["support"] = "answered" if fields.get("answered") else "none"
    return msgspec.convert(fields, Answer)


class _EarlierRange(msgspec.Struct):
    """The fields that links and ids are derived from."""

    article_id: str
    start: int
    end: int


class _EarlierCitation(_EarlierRange):
    quote: str
    prefix: str
    suffix: str
    also_in: tuple[_EarlierRange, ...] = ()


class _EarlierAnswer(msgspec.Struct):
    answer: str
    citations: tuple[_EarlierCitation, ...]
    passages: tuple[_EarlierRange, ...]


def _completed(fields: dict[str, Any]) -> dict[str, Any]:
    citations = [_cited(one, fields["citations"]) for one in fields["citations"]]
    passages = [{**one, "id": passage_id(*_range(one)), "link": range_link(*_range(one))} for one in fields["passages"]]
    statements = msgspec.to_builtins(_statements(fields["answer"], citations))
    return {**fields, "statements": statements, "citations": citations, "passages": passages}


def _cited(fields: dict[str, Any], citations: list[dict[str, Any]]) -> dict[str, Any]:
    also = [_range(one)[1:] for one in citations if one is not fields and one["article_id"] == fields["article_id"]]
    link = quotation_link(*_range(fields), fields["quote"], fields["prefix"], fields["suffix"], also)
    copies = [{**one, "link": range_link(*_range(one))} for one in fields.get("also_in", ())]
    return {**fields, "link": link, "also_in": copies}


def _statements(answer: str, citations: list[dict[str, Any]]) -> tuple[Statement, ...]:
    text, statements = quote_all(msgspec.convert(citations, tuple[Citation, ...]))
    return statements if citations and text == answer else unsupported(answer)


def _range(fields: dict[str, Any]) -> tuple[str, int, int]:
    return fields["article_id"], fields["start"], fields["end"]
