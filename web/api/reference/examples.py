"""One example of each thing that the API takes and sends, for its document."""

from __future__ import annotations

from typing import Any

import msgspec

from qa.check.drafts.records import CheckedDraft, Claim, ClaimSource, Difference
from qa.citations.links import quotation_link, range_link
from qa.citations.statements import quote_all
from qa.citations.verify import Check
from qa.collections.states import CollectionState
from qa.errors import BadRequest
from qa.mentions.mentions import Mention, Mentions, Spelling
from qa.records import Answer, Boilerplate, Citation, IndexInfo, Paragraph, Passage, SearchResult, Span
from qa.requests import AskRequest
from qa.search.passages import PlacedPassage, passage_id
from qa.uploads.changes import AddedFile
from web.api.articles import ArticleDocument, ArticleEntry, ArticleList, CollectionList
from web.api.openai.completion import Reply, Usage, completion
from web.api.openai.request import MODEL
from web.api.openai.routes import Model, ModelList
from web.api.questions import BatchResult, Verification
from web.api.uploads import Additions
from web.problems import problem_record

SITE = "http://127.0.0.1:8000"
TEXT = "A poor harvest\n\nThe harvest fell by 12 percent in 2022. Farmers blame the drought.\n\nLeave a Comment\n"
QUOTE = "The harvest fell by 12 percent in 2022."
QUESTION = "How much did the harvest fall in 2022?"
SHA256 = "72aef5d6ecbb2d69e91fd8cf2b8ac1a0bcfbd0dd4bb9d3c29d0c4bb3a5f0e9b1"
START = TEXT.index(QUOTE)
END = START + len(QUOTE)
PARAGRAPH = TEXT.split("\n\n")[1]
PLACE = (START, START + len(PARAGRAPH))

COLLECTIONS = CollectionList((CollectionState(None, "/srv/articles", "ready", 1),))
INDEX = IndexInfo("20260101T120000-1f0c", "all-MiniLM-L6-v2", 1, 2)
NOT_SEARCHED = (Boilerplate(PLACE[1] + 2, len(TEXT) - 1, "comment form"),)
ARTICLE = ArticleDocument(
    id="farms/harvest",
    source="farms/harvest.txt",
    title="A poor harvest",
    date="2022-11-03",
    text=TEXT,
    sha256=SHA256,
    paragraphs=(
        Paragraph(0, 14, "heading", (Span(0, 14),)),
        Paragraph(*PLACE, "body", (Span(START, END), Span(END + 1, PLACE[1]))),
    ),
    boilerplate=NOT_SEARCHED,
    furniture=NOT_SEARCHED,
)
CITATION = Citation(
    marker=1,
    article_id=ARTICLE.id,
    title=ARTICLE.title,
    source=ARTICLE.source,
    quote=QUOTE,
    start=START,
    end=END,
    prefix=TEXT[:START],
    suffix=TEXT[END:][:48],
    article_sha256=SHA256,
    link=quotation_link(ARTICLE.id, START, END, QUOTE, TEXT[:START], TEXT[END:]),
    shown=QUOTE,
)
FOUND_PASSAGE = Passage(
    passage_id(ARTICLE.id, *PLACE),
    1,
    ARTICLE.id,
    ARTICLE.title,
    ARTICLE.source,
    PARAGRAPH,
    *PLACE,
    0.71,
    range_link(ARTICLE.id, *PLACE),
    PARAGRAPH,
)
QUOTED, STATEMENTS = quote_all([CITATION])
ANSWER = Answer(
    id=None,
    question=QUESTION,
    searched_for=QUESTION,
    reading="alone",
    answered=True,
    support="answered",
    confidence=0.93,
    disagreement=False,
    answer=QUOTED,
    statements=STATEMENTS,
    citations=(CITATION,),
    passages=(FOUND_PASSAGE,),
    index=INDEX,
    took_ms=4.2,
)
FOUND = SearchResult(None, QUESTION, QUESTION, "alone", (FOUND_PASSAGE,), INDEX, 4.2)
PASSAGE = PlacedPassage(
    passage_id(ARTICLE.id, START, END),
    ARTICLE.id,
    ARTICLE.title,
    ARTICLE.source,
    ARTICLE.date,
    QUOTE,
    START,
    END,
    CITATION.prefix,
    CITATION.suffix,
    SHA256,
)
ARTICLES = ArticleList(
    1, 0, 50, (ArticleEntry(ARTICLE.id, ARTICLE.title, ARTICLE.source, ARTICLE.date, ARTICLE.sha256),)
)
ADDITIONS = Additions(
    (
        AddedFile("mill.txt", "added", "mill"),
        AddedFile("run.sh", "refused", None, "'run.sh' cannot be the name of an article."),
    ),
    INDEX,
)
BATCH_RESULT = BatchResult(
    (ANSWER, problem_record(400, "`question` is empty.", "9f86d081884c7d65", BadRequest("", "question")))
)
CHECKED = Verification((Check(1, ARTICLE.id, "unchanged", QUOTE, START, END, SHA256),), INDEX)
MODELS = ModelList((Model(MODEL), Model(INDEX.model)))
COMPLETION = completion(
    Reply("chatcmpl-5d41402abc4b2a76b9719d91", 1767268800, MODEL, SITE, lambda _: Usage(9, 14, 23)), ANSWER
)

ASK = {"question": QUESTION}
TITLE = {"title": "Harvests"}
NAME = {"name": "farms/harvest-of-2022"}
BATCH: dict[str, Any] = {"questions": [msgspec.to_builtins(AskRequest(QUESTION)), {"question": ""}]}
PAST = {"citations": [msgspec.to_builtins(CITATION)]}
DRAFT_TEXT = "The minister said: “The harvest fell by 21 percent in 2022.”"
DRAFT = {"text": DRAFT_TEXT}
_PLACE_OF_QUOTE = ClaimSource(ARTICLE.id, ARTICLE.title, ARTICLE.source, ARTICLE.date, QUOTE, START, END, CITATION.link)
_CHANGES = (
    Difference("same", "The harvest fell by"),
    Difference("draft", "21"),
    Difference("article", "12"),
    Difference("same", "percent in 2022."),
)
_QUOTED_WRONGLY = Claim(
    "quotation", DRAFT_TEXT[20:-1], 20, len(DRAFT_TEXT) - 1, "differs", (_PLACE_OF_QUOTE,), _CHANGES
)
CHECKED_DRAFT = CheckedDraft((_QUOTED_WRONGLY,), 0, INDEX)
MENTIONS = Mentions(
    "harvest",
    1,
    0,
    50,
    (Spelling("harvest", 1),),
    (
        Mention(
            ARTICLE.id,
            ARTICLE.title,
            ARTICLE.source,
            ARTICLE.date,
            "harvest",
            START + 4,
            START + 11,
            True,
            QUOTE,
            range_link(ARTICLE.id, START + 4, START + 11),
        ),
    ),
    INDEX,
)
NEW_ARTICLES = {"articles": [{"name": "mill.txt", "text": "The mill closed."}, {"name": "run.sh", "text": "#"}]}
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}]}
TEXTS = {"model": INDEX.model, "input": ["The harvest fell.", "Farmers blame the drought."]}
