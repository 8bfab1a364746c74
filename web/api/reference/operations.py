"""The contract of the API: every route, what it takes and what it sends; the document is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from qa.check.drafts.records import CheckedDraft, CheckRequest
from qa.citations.verify import VerifyRequest
from qa.conversations.exports.formats import FORMATS
from qa.conversations.feedback import Feedback
from qa.conversations.quotations import KeptQuotation
from qa.conversations.store import Conversation, KeptTurn
from qa.mentions.mentions import Mentions
from qa.records import Answer, IndexInfo, SearchResult
from qa.requests import SearchRequest, WrittenAsk
from qa.search.passages import PlacedPassage
from web.api.articles import ArticleDocument, ArticleEntry, ArticleList, ArticleQuery, CollectionList, CollectionQuery
from web.api.kept.conversations import ConversationList, NewConversation, Renaming
from web.api.kept.exports import ExportQuery
from web.api.kept.feedback import LINES, FeedbackGiven
from web.api.kept.quotations import Keeping, KeptQuotations
from web.api.mentions import MentionQuery
from web.api.openai.completion import ChatCompletion
from web.api.openai.request import ChatRequest
from web.api.openai.routes import EmbeddingList, EmbeddingRequest, Model, ModelList
from web.api.questions import PAGE_LIMIT, BatchRequest, BatchResult, Health, Verification
from web.api.reference import examples
from web.api.uploads import Additions, FileRenaming, IndexProgress, NewArticles, RemovalQuery
from web.asking import ConversationAsk
from web.changing import Removal
from web.event_stream import EVENTS

JSON = "application/json"
EXPORTS = tuple(one.media for one in FORMATS.values())


class ConversationQuery(msgspec.Struct, frozen=True):
    """Which conversations to list."""

    offset: Annotated[int, Meta(ge=0, le=10**9, description="How many to leave out at the start.")] = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT, description="How many to list.")] = 50
    search: Annotated[str, Meta(description="Only those with these words in title or questions.")] = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and sends.

    ``errors`` are those of its own, besides the ones that every route may have. With ``files`` it takes a form with
    files too. ``or_sends`` is what it sends with 200 where the query asks for it.
    """

    endpoint: str
    group: str
    sends: type | None
    takes: type | None = None
    query: type | None = None
    status: int = 200
    or_sends: type | None = None
    errors: tuple[int, ...] = ()
    files: bool = False
    media: tuple[str, ...] = (JSON,)
    asked: Any = None
    answered: Any = None


ASK, ARTICLES, KEPT, OPENAI, RUNNING = "Ask", "Articles", "Conversations", "OpenAI-compatible", "Operations"

OPERATIONS = (
    Operation(
        "api.ask",
        ASK,
        Answer,
        WrittenAsk,
        errors=(403, 422),
        media=(JSON, EVENTS),
        asked=examples.ASK,
        answered=examples.ANSWER,
    ),
    Operation("api.ask_batch", ASK, BatchResult, BatchRequest, asked=examples.BATCH, answered=examples.BATCH_RESULT),
    Operation(
        "api.find_passages",
        ASK,
        SearchResult,
        SearchRequest,
        errors=(422,),
        asked=examples.ASK,
        answered=examples.FOUND,
    ),
    Operation(
        "api.verify_citations",
        ASK,
        Verification,
        VerifyRequest,
        errors=(422,),
        asked=examples.PAST,
        answered=examples.CHECKED,
    ),
    Operation(
        "checks.check",
        ASK,
        CheckedDraft,
        CheckRequest,
        errors=(422,),
        asked=examples.DRAFT,
        answered=examples.CHECKED_DRAFT,
    ),
    Operation(
        "mentions.list_mentions", ARTICLES, Mentions, query=MentionQuery, errors=(422,), answered=examples.MENTIONS
    ),
    Operation(
        "api_articles.list_articles",
        ARTICLES,
        ArticleList,
        query=ArticleQuery,
        errors=(422,),
        answered=examples.ARTICLES,
    ),
    Operation("api_articles.list_collections", ARTICLES, CollectionList, answered=examples.COLLECTIONS),
    Operation(
        "api_articles.read_article",
        ARTICLES,
        ArticleDocument,
        query=CollectionQuery,
        errors=(404, 422),
        answered=examples.ARTICLE,
    ),
    Operation(
        "uploads.add",
        ARTICLES,
        Additions,
        NewArticles,
        CollectionQuery,
        errors=(422, 507),
        files=True,
        asked=examples.NEW_ARTICLES,
        answered=examples.ADDITIONS,
    ),
    Operation(
        "uploads.rename",
        ARTICLES,
        ArticleEntry,
        FileRenaming,
        CollectionQuery,
        errors=(404, 409, 422, 507),
        asked=examples.NAME,
    ),
    Operation(
        "uploads.remove", ARTICLES, None, query=RemovalQuery, status=204, or_sends=Removal, errors=(403, 404, 422, 507)
    ),
    Operation(
        "uploads.read_progress",
        ARTICLES,
        IndexProgress,
        query=CollectionQuery,
        errors=(422,),
        answered=IndexProgress("encode", 40, 200),
    ),
    Operation(
        "api_articles.read_passage",
        ARTICLES,
        PlacedPassage,
        query=CollectionQuery,
        errors=(404, 422),
        answered=examples.PASSAGE,
    ),
    Operation("api.read_index", ARTICLES, IndexInfo, query=CollectionQuery, errors=(422,), answered=examples.INDEX),
    Operation(
        "conversations.create",
        KEPT,
        Conversation,
        NewConversation,
        status=201,
        errors=(403, 422),
        asked=examples.TITLE,
    ),
    Operation("conversations.list_conversations", KEPT, ConversationList, query=ConversationQuery, errors=(403,)),
    Operation("conversations.read", KEPT, Conversation, errors=(403, 404)),
    Operation(
        "conversations.ask",
        KEPT,
        KeptTurn,
        ConversationAsk,
        errors=(403, 404, 422),
        media=(JSON, EVENTS),
        asked=examples.ASK,
    ),
    Operation("conversations.rename", KEPT, Conversation, Renaming, errors=(403, 404), asked=examples.TITLE),
    Operation("conversations.delete", KEPT, None, status=204, errors=(403, 404)),
    Operation("exports.export", KEPT, Conversation, query=ExportQuery, errors=(403, 404), media=EXPORTS),
    Operation("exports.export_markdown", KEPT, None, errors=(403, 404), media=("text/markdown",)),
    Operation("exports.export_json", KEPT, Conversation, errors=(403, 404)),
    Operation("quotations.keep", KEPT, KeptQuotation, Keeping, errors=(403, 404, 422), asked={"turn": 1, "marker": 1}),
    Operation("quotations.list_quotations", KEPT, KeptQuotations, errors=(403, 404)),
    Operation("quotations.drop", KEPT, None, status=204, errors=(403, 404)),
    Operation("quotations.export", KEPT, KeptQuotations, query=ExportQuery, errors=(403, 404), media=EXPORTS),
    Operation(
        "feedback.give",
        KEPT,
        Feedback,
        FeedbackGiven,
        errors=(403, 404, 422),
        asked={"turn": 1, "verdict": "wrong", "passage": examples.PASSAGE.id},
    ),
    Operation("feedback.export", KEPT, None, query=CollectionQuery, errors=(403, 422), media=(LINES,)),
    Operation(
        "openai.complete_chat",
        OPENAI,
        ChatCompletion,
        ChatRequest,
        errors=(422,),
        media=(JSON, EVENTS),
        asked=examples.CHAT,
        answered=examples.COMPLETION,
    ),
    Operation("openai.list_models", OPENAI, ModelList, answered=examples.MODELS),
    Operation("openai.read_model", OPENAI, Model, errors=(404,), answered=examples.MODELS.data[0]),
    Operation("openai.embed", OPENAI, EmbeddingList, EmbeddingRequest, errors=(404,), asked=examples.TEXTS),
    Operation("api.health", RUNNING, Health, answered=Health("ok")),
    Operation("api.readiness", RUNNING, Health, answered=Health("ready", examples.INDEX)),
    Operation("metrics.scrape", RUNNING, None, media=("text/plain",)),
)
