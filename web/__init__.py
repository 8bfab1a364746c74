"""Two interfaces over one engine: pages for people and a JSON API for programs."""

from __future__ import annotations

import logging
import os
from functools import partial

from flask import Flask

from qa.build.report import BuildReport
from qa.check.folder_state import with_folder_of_index
from qa.citations.statements import describe_disagreement
from qa.conversations.suggestions import Suggestions
from qa.factory import build_index, open_engine, open_writer
from qa.progress import Progress
from qa.protocols import AnswerEngine
from qa.records import PERHAPS
from qa.settings import Settings, read_settings
from qa.uploads.changes import ArticleChanges, Build
from qa.written import describe_written
from web import problems
from web.api import (
    articles,
    checks,
    discovery,
    docs,
    mentions,
    openai,
    openapi,
    questions,
    uploads,
)
from web.api.kept import conversations, exports, feedback, quotations
from web.pages import about, adding, chat, judging, keeping, source_pane, tools, writing
from web.pages import articles as article_pages
from web.pages import conversations as conversation_pages
from web.requests import request_id
from web.serving import access, cors, metrics, observed, proxy, security
from web.site import Site, current_site

# The API of what a site keeps.
KEPT = (conversations, exports, quotations, feedback)
PAGES = (about, article_pages, adding, tools, conversation_pages, keeping, judging, source_pane, chat, writing)


def create_app(
    engine: AnswerEngine | None = None, settings: Settings | None = None, build: Build | None = None
) -> Flask:
    """Return the application that answers from this engine.

    Without settings they are read from the environment; without an engine the index that they name is opened. Raises
    QAError where that cannot be done. ``build`` brings the index up to date with the folder; without it the index that
    the settings name is built.
    """
    if settings is None:
        settings = with_folder_of_index(read_settings(os.environ))
        for warning in settings.warnings:
            logging.getLogger("qa").warning(warning)
    app = Flask(__name__)
    engine = open_engine(settings) if engine is None else engine
    build = partial(_build, settings) if build is None else build
    changes, writer = ArticleChanges(settings.articles, build), open_writer(settings, engine)
    app.extensions["qa"] = Site(engine, settings, Suggestions(engine), changes, writer)
    app.jinja_env.globals.update(current_site=current_site, request_id=request_id, perhaps_words=PERHAPS)
    app.jinja_env.globals.update(describe_disagreement=describe_disagreement, describe_written=describe_written)
    app.jinja_env.globals.update(may_be_written=writing.may_be_written)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.register(app)
    observed.observe(app)
    security.protect(app, settings)
    cors.share(app, settings)
    access.guard(app, settings)
    proxy.serve_behind(app, settings)
    for part in (questions, articles, uploads, checks, mentions, *KEPT, openai, openapi, docs, discovery):
        app.register_blueprint(part.blueprint)
    for part in (access, metrics, *PAGES):
        app.register_blueprint(part.blueprint)
    return app


def _build(settings: Settings, progress: Progress) -> BuildReport:
    return build_index(settings, progress=progress)
