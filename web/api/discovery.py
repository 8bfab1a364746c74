"""How other programs find their way: llms.txt for language models, OpenSearch for a browser's address bar."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from web.api.questions import tag_response

blueprint = Blueprint("discovery", __name__)

LLMS = """# Ask the articles

> Questions over a folder of articles, answered in exact quotations: each quote is `article.text[start:end]`, counted in
> Unicode code points. When the articles do not answer, the answer says so.

Send `POST {site}/v1/ask` with `{{"question": "..."}}` as JSON. Quote only what stands in `citations`, and name the
article. `answered: false` means that the articles do not say: do not answer from elsewhere in their name.

## API

- [OpenAPI document]({site}/openapi.json): every route, its limits and its errors
- [The same for reading]({site}/docs)
- [Articles]({site}/v1/articles): the list; `/v1/articles/{{id}}` has the text
- [Index]({site}/v1/index): which generation answers
- `POST {site}/v1/chat/completions`: the same answers for clients of OpenAI's API
"""
OPENSEARCH = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>Ask the articles</ShortName>
  <Description>Answers in exact quotations from a folder of articles</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Image width="16" height="16" type="image/svg+xml">{site}/static/icon.svg</Image>
  <Url type="text/html" method="get" template="{site}/?q={{searchTerms}}"/>
</OpenSearchDescription>
"""


@blueprint.get("/llms.txt")
def describe_for_models() -> Response:
    """Tell a language model what is here and how to ask."""
    return tag_response(Response(LLMS.format(site=_site()), mimetype="text/plain"))


@blueprint.get("/opensearch.xml")
def describe_for_browsers() -> Response:
    """Tell a browser how to ask from its address bar."""
    return tag_response(
        Response(OPENSEARCH.format(site=escape(_site())), mimetype="application/opensearchdescription+xml")
    )


def _site() -> str:
    return request.url_root.rstrip("/")
