"""Two interfaces over one engine: pages for people and a JSON API for programs."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial

from flask import Flask

from qa.build.report import BuildReport
from qa.citations.statements import describe_disagreement
from qa.cluster.serving.figures import FIGURES
from qa.collections.collection import Collection, OpenEngine
from qa.collections.collections import Collections
from qa.conversations.suggestions import Suggestions
from qa.factory import build_index, open_collections, open_writer
from qa.progress import Progress
from qa.records import PERHAPS
from qa.settings import Settings, read_settings
from qa.uploads.changes import ArticleChanges, Build
from qa.written import describe_written
from web import problems
from web.api import articles, checks, discovery, mentions, questions, uploads
from web.api.kept import conversations, exports, feedback, quotations
from web.api.openai import routes as openai
from web.api.reference import docs, openapi
from web.pages import about, adding, chat, chooser, source_pane, tools, writing
from web.pages import articles as article_pages
from web.pages.kept import conversations as conversation_pages
from web.pages.kept import judging, keeping
from web.requests import request_id
from web.serving import access, cors, log, metrics, proxy, security
from web.serving.observed import ObservedEngine
from web.site import ServedCollection, Site, current_site

BuildIndex = Callable[[Settings, Progress], BuildReport]
# The API of what is asked, and of what a site keeps.
API = (questions, articles, uploads, checks, mentions, openai)
KEPT = (conversations, exports, quotations, feedback)
PAGES = (about, article_pages, adding, tools, conversation_pages, keeping, judging, source_pane, chat, writing)


def create_app(
    engine: OpenEngine | None = None,
    settings: Settings | None = None,
    build: BuildIndex | None = None,
    collections: Collections | None = None,
) -> Flask:
    """Return the application that answers from these collections, or from this engine alone.

    Without settings they are read from the environment; without engine and collections those that they name are opened.
    Raises QAError where that can be done with none. ``build`` brings the index up to date with the folder; without it
    the index of the collection is built.
    """
    if settings is None:
        settings = read_settings(os.environ)
        for warning in settings.warnings:
            logging.getLogger("qa").warning(warning)
    app = Flask(__name__)
    if collections is None:
        collections = open_collections(settings) if engine is None else Collections(settings, lambda _: engine)
    collections.open()
    app.extensions["qa"] = _site(collections, settings, build or _build, _measure(app, collections))
    app.jinja_env.globals.update(current_site=current_site, request_id=request_id, perhaps_words=PERHAPS)
    app.jinja_env.globals.update(describe_disagreement=describe_disagreement, describe_written=describe_written)
    app.jinja_env.globals.update(may_be_written=writing.may_be_written)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.register(app)
    chooser.register(app)
    log.observe_requests(app)
    security.protect(app, settings)
    cors.share(app, settings)
    access.guard(app, settings)
    proxy.serve_behind(app, settings)
    for part in (*API, *KEPT, openapi, docs, discovery):
        app.register_blueprint(part.blueprint)
    for part in (access, metrics, *PAGES):
        app.register_blueprint(part.blueprint)
    return app


def _measure(app: Flask, collections: Collections) -> metrics.Metrics:
    """Return the figures of the application, which it shows."""
    shards = [FIGURES.registry] if collections.default.settings.cluster else []
    figures = metrics.Metrics(lambda: [one.engine.snapshot.info for one in collections.available()], shards)
    app.extensions["qa_metrics"] = figures
    return figures


def _site(collections: Collections, settings: Settings, build: BuildIndex, figures: metrics.Metrics) -> Site:
    served = {one.name: _served(one, partial(build, one.settings), figures) for one in collections}
    writer = open_writer(settings, next(collections.available()).engine)
    return Site(collections, served, settings, writer)


def _served(collection: Collection, build: Build, figures: metrics.Metrics) -> ServedCollection:
    changes = ArticleChanges(collection.settings.articles, build)
    return ServedCollection(collection, ObservedEngine(collection, figures), Suggestions(collection), changes)


def _build(settings: Settings, progress: Progress) -> BuildReport:
    return build_index(settings, progress=progress)
