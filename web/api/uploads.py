"""The JSON API: articles added, renamed and removed."""

from __future__ import annotations

import io
from typing import Annotated, Literal

import msgspec
from flask import Blueprint, Response, request
from msgspec import UNSET, Meta, UnsetType

from qa.errors import BadRequest
from qa.records import IndexInfo
from qa.requests import CollectionName
from qa.uploads.changes import FILES_PER_CHANGE, AddedFile, NewFile
from web.api.articles import ArticleEntry
from web.api.questions import as_json
from web.changing import add_articles, remove_and_prove, remove_article, rename_article
from web.requests import json_body, query
from web.site import current_collection, current_site

NAME_CHARACTERS = 200
FORM = "multipart/form-data"

blueprint = Blueprint("uploads", __name__)

FileName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=NAME_CHARACTERS,
        description="A plain file name whose ending says the format, such as harvest.txt.",
    ),
]


class NewArticle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text to store as a file of this name, in UTF-8."""

    name: FileName
    text: Annotated[str, Meta(min_length=1)]


class NewArticles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts to add; files are sent as multipart/form-data instead, each as a part `file`."""

    articles: Annotated[tuple[NewArticle, ...], Meta(min_length=1, max_length=FILES_PER_CHANGE)]


class FileRenaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new file name of an article; the ending stays."""

    name: FileName


class RemovalQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which collection an article is removed, and whether to look for what is left of it."""

    collection: CollectionName | UnsetType = UNSET
    prove: Annotated[
        Literal["true", "false"],
        Meta(description="`true`: look for anything of it in the index and in kept conversations."),
    ] = "false"


class Additions(msgspec.Struct, frozen=True):
    """What became of each file, in their order, and the generation of the index that has those that were added."""

    files: tuple[AddedFile, ...]
    index: IndexInfo


class IndexProgress(msgspec.Struct, frozen=True):
    """The change of the articles that is under way: ``done`` of ``total`` things of its stage.

    ``stage`` is null where no change is under way.
    """

    stage: str | None
    done: int
    total: int


@blueprint.post("/v1/articles")
def add() -> Response:
    """Add articles: stored in the folder as files and indexed, each of them or with the reason why not."""
    current_site().require_changes()
    files, info = add_articles(current_collection(), _sent_files() if request.mimetype == FORM else _sent_texts())
    return as_json(Additions(files, info))


@blueprint.patch("/v1/articles/<path:article_id>")
def rename(article_id: str) -> Response:
    """Give the file of an article another name; its id is the name without the ending."""
    current_site().require_changes()
    collection = current_collection()
    new_id = rename_article(collection, article_id, json_body(FileRenaming).name)
    one = collection.engine.snapshot.text.article(new_id)
    return as_json(ArticleEntry(one.id, one.title, one.source, one.date, one.sha256))


@blueprint.delete("/v1/articles/<path:article_id>")
def remove(article_id: str) -> Response:
    """Remove an article: its file, and everything that the index holds of it.

    With ``prove`` anything of it is then looked for, and the answer is 200 with what was looked for and what is left.
    """
    current_site().require_changes()
    wanted = query(RemovalQuery)
    if wanted.prove == "true":
        return as_json(remove_and_prove(current_collection(), article_id))
    remove_article(current_collection(), article_id)
    return Response(status=204)


@blueprint.get("/v1/index/progress")
def read_progress() -> Response:
    """Say how far the change of the articles is that is under way."""
    stage = current_collection().changes.stage
    return as_json(IndexProgress(None, 0, 0) if stage is None else IndexProgress(stage.stage, stage.done, stage.total))


def _sent_files() -> list[NewFile]:
    files = [NewFile(one.filename or "", one.stream) for one in request.files.getlist("file")]
    if not files:
        raise BadRequest("There is no file in the form. Send each as a part named file, with its file name.")
    return files


def _sent_texts() -> list[NewFile]:
    return [NewFile(one.name, io.BytesIO(one.text.encode())) for one in json_body(NewArticles).articles]
