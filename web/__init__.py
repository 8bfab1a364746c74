"""The door for browsers and programs: pages and a JSON API over one engine."""

from __future__ import annotations

import os

from flask import Flask

from qa.settings import Settings, read_settings
from web import (
    access,
    api,
    api_articles,
    api_conversations,
    article_pages,
    discovery,
    docs,
    metrics,
    observed,
    openai,
    openapi,
    pages,
    problems,
    proxy,
    security,
)
from web.requests import request_id
from web.site import Asking, Site, current_site


def create_app(engine: Asking | None = None, settings: Settings | None = None) -> Flask:
    """Return the application that answers from this engine.

    Without settings they are read from the environment; without an engine the index that they name is opened. Raises
    QAError where that cannot be done.
    """
    settings = read_settings(os.environ) if settings is None else settings
    app = Flask(__name__)
    app.extensions["qa"] = Site(_opened(settings) if engine is None else engine, settings)
    app.jinja_env.globals.update(current_site=current_site, request_id=request_id)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.register(app)
    observed.observe(app)
    security.protect(app, settings)
    access.guard(app, settings)
    proxy.serve_behind(app, settings)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(api_articles.blueprint)
    for door in (access, openai, openapi, docs, discovery, metrics):
        app.register_blueprint(door.blueprint)
    app.register_blueprint(api_conversations.blueprint)
    app.register_blueprint(article_pages.blueprint)
    app.register_blueprint(pages.blueprint)
    return app


def _opened(settings: Settings) -> Asking:
    from qa.factory import open_engine  # late: it loads the model and the index

    return open_engine(settings)
