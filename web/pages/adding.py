"""The pages that add, rename and remove articles; each works without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.errors import BadRequest
from qa.ingest.formats.registry import READERS, find_reader
from qa.uploads.changes import AddedFile, NewFile
from web.changing import add_articles, remove_and_prove, rename_article
from web.pages.kept.conversations import STALE
from web.site import current_collection, current_site

TITLE_CHARACTERS = 120
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')

blueprint = Blueprint("adding", __name__)


@blueprint.get("/add")
def show_form() -> AnyResponse:
    """Show the form that takes files and pasted text."""
    current_site().require_changes()
    return _page()


@blueprint.post("/add")
def add() -> AnyResponse:
    """Add the files or the text of the form and show what became of each."""
    site = current_site()
    site.require_changes()
    if not site.issued(request.form.get("token", "")):
        return _page(notice=STALE)
    files = _files()
    if not files:
        return _page(notice="There is nothing to add yet. Choose files, or paste a text.")
    try:
        results, _ = add_articles(current_collection(), files)
    except BadRequest as error:
        return _page(notice=str(error))
    return _page(results)


@blueprint.get("/manage/<path:article_id>")
def manage(article_id: str) -> AnyResponse:
    """Show the forms that rename and remove an article."""
    current_site().require_changes()
    return _managing(article_id)


@blueprint.post("/rename/<path:article_id>")
def rename(article_id: str) -> AnyResponse:
    """Give the file of an article the name of the form."""
    site = current_site()
    site.require_changes()
    if not site.issued(request.form.get("token", "")):
        return _managing(article_id, STALE)
    try:
        new_id = rename_article(current_collection(), article_id, request.form.get("name", "").strip())
    except BadRequest as error:
        return _managing(article_id, str(error))
    return redirect(url_for("article_pages.read_article", article_id=new_id), 303)


@blueprint.post("/remove/<path:article_id>")
def remove(article_id: str) -> AnyResponse:
    """Remove an article."""
    site = current_site()
    site.require_changes()
    if not site.issued(request.form.get("token", "")):
        return _managing(article_id, STALE)
    try:
        removal = remove_and_prove(current_collection(), article_id)
    except BadRequest as error:
        return _managing(article_id, str(error))
    return Response(render_template("removed.html", removal=removal))


def _files() -> list[NewFile]:
    """Return the files of the form, and its text as one more."""
    files = [NewFile(one.filename, one.stream) for one in request.files.getlist("file") if one.filename]
    text = request.form.get("text", "").replace("\r\n", "\n")
    if text.strip():
        files.append(NewFile(name_of(request.form.get("title", ""), text), io.BytesIO(text.encode())))
    return files


def name_of(title: str, text: str) -> str:
    """Return a file name for a pasted text: its title, or its first line.

    >>> name_of("What now?", ""), name_of("", "The mill closed. It was old.")
    ('What now.txt', 'The mill closed. It was old.txt')
    """
    words = title.strip() or text.strip().split("\n", 1)[0]
    name = " ".join(_NOT_IN_NAMES.sub(" ", words).split())[:TITLE_CHARACTERS].strip(". ")
    return name if find_reader(name) else f"{name}.txt"


def _page(results: Sequence[AddedFile] = (), notice: str = "") -> AnyResponse:
    page = render_template(
        "add.html",
        results=results,
        notice=notice,
        token=current_site().form_token,
        endings=[ending for reader in READERS for ending in reader.endings],
        title=request.form.get("title", "") if notice else "",
        text=request.form.get("text", "") if notice else "",
    )
    return Response(page, 400 if notice else 200)


def _managing(article_id: str, notice: str = "") -> AnyResponse:
    article = current_collection().engine.snapshot.text.article(article_id)
    name = article.source.rpartition("/")[2]
    page = render_template("manage.html", article=article, name=name, notice=notice, token=current_site().form_token)
    return Response(page, 400 if notice else 200)
