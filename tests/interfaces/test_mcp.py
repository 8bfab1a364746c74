from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
import uvicorn
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from qa.cli.command_line import mcp as command
from qa.collections.collections import Collections
from qa.errors import BadSetting, IndexCorrupt
from qa.exposure import bind, site_address
from qa.mcp.server import http_app, make_server
from qa.mcp.tools import Tools
from qa.settings import Settings
from qa.writing.checks.entailment import NoEntailment
from qa.writing.written import CheckedWriter
from tests.api.fakes import ApiEngine
from tests.collections.sites import FOX_QUESTION, MUSEUM_QUESTION, damage, index_folder, open_fake, single, two_folders
from tests.fakes import FakeEncoder
from tests.web.fakes import DESERTERS, HARVEST, article
from tests.writing.fakes import FakeWriter

SITE = "http://127.0.0.1:8000"
CASES = "How many criminal cases against deserters?"
TOKEN = "horse-" * 5
PROGRAM = f"""
from tests.api.fakes import ApiEngine
from click.testing import CliRunner
from qa.mcp.server import serve_streams
from qa.mcp.tools import Tools
from tests.collections.sites import single
serve_streams(Tools(single(ApiEngine()), "{SITE}"), 2)
"""
# The same, with a word on what stopped it.
BARE = f"""
try:
    {PROGRAM.strip().replace(chr(10), chr(10) + "    ")}
except OSError as error:
    import sys
    sys.stderr.write(type(error).__name__ + " " + str(error.errno) + chr(10))
"""
ROOT = Path(__file__).parents[2]


def tools(engine: ApiEngine | None = None) -> Tools:
    return Tools(single(engine or ApiEngine()), SITE)


def run(server: Any, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """Return what a client hears from a server: one in this process, a program, an address or a transport."""

    async def session() -> Any:
        async with Client(server) as client:
            return await talk(client)

    return asyncio.run(session())


def call(name: str, **arguments: Any) -> Callable[[Client], Awaitable[Any]]:
    return lambda client: client.call_tool(name, arguments)


def in_process(name: str, **arguments: Any) -> Any:
    return run(make_server(tools(), 2), call(name, **arguments))


def test_the_tools_have_schemas_for_what_they_take_and_send() -> None:
    listed = run(make_server(tools(), 2), lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == ["search", "fetch", "ask", "list_articles"]
    assert [tool.title for tool in listed][2:] == ["Ask the articles", "List the articles"]
    for tool in listed:
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations.read_only_hint is True
    assert listed[0].input_schema["required"] == ["query"]
    assert listed[0].description == "Find passages of the articles, quoted to the letter."
    assert listed[2].output_schema["$defs"]["Citation"]["required"][-1] == "url"


@pytest.mark.parametrize(("host", "elsewhere"), [("127.0.0.1:9", False), ("writer.example", True)])
def test_with_a_language_model_ask_can_write(host: str, elsewhere: bool) -> None:
    writer = FakeWriter("Prosecutors opened 2,076 criminal cases [1].")
    writer.host = host
    checked = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 1)
    server = make_server(Tools(single(ApiEngine()), SITE, checked), 2)
    described = {tool.name: tool for tool in run(server, lambda client: client.list_tools()).tools}
    assert described["ask"].input_schema["properties"]["write"]["default"] is False
    assert [described[name].annotations.open_world_hint for name in ("ask", "search")] == [elsewhere, False]
    plain = run(server, call("ask", question=CASES)).structured_content
    assert (plain["written"], writer.tasks) == (None, [])
    written = run(server, call("ask", question=CASES, write=True)).structured_content["written"]
    assert written["sentences"] == [{"text": "Prosecutors opened 2,076 criminal cases.", "markers": [1]}]


def test_without_a_language_model_ask_has_no_argument_write() -> None:
    refused = in_process("ask", question=CASES, write=True)
    assert (refused.is_error, refused.content[0].text) == (True, "There is no field `write`.")


def test_what_was_found_can_be_fetched() -> None:
    async def talk(client: Client) -> Any:
        found = (await client.call_tool("search", {"query": CASES, "passages": 2})).structured_content["results"]
        return found, (await client.call_tool("fetch", {"id": found[0]["id"]})).structured_content

    found, fetched = run(make_server(tools(), 2), talk)
    assert [one["article_id"] for one in found] == ["deserters", "50%/q?x#y"]
    assert fetched["text"] == found[0]["text"] == DESERTERS[found[0]["start"] : found[0]["end"]]
    assert fetched["url"] == found[0]["url"]
    assert fetched["url"].startswith(f"{SITE}/articles/deserters?start=40&end=124&quote=In%20the%20first%20half")
    assert fetched["metadata"]["date"] == "2023-08-14"


def test_a_whole_article_is_fetched_by_its_id() -> None:
    fetched = in_process("fetch", id="farms/harvest").structured_content
    assert (fetched["text"], fetched["title"]) == (HARVEST, "A poor harvest")
    assert fetched["url"] == f"{SITE}/articles/farms/harvest"


def test_an_article_whose_id_looks_like_a_passage_is_fetched() -> None:
    assert in_process("fetch", id="x:1-2").structured_content["metadata"]["article_id"] == "x:1-2"


def test_an_answer_quotes_to_the_letter_and_every_source_has_its_address() -> None:
    result = in_process("ask", question=CASES)
    answer = result.structured_content
    (citation,) = answer["citations"]
    assert answer["answered"] is True
    assert DESERTERS[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["url"].startswith(
        f"{SITE}/articles/deserters?start={citation['start']}&end={citation['end']}&quote="
    )
    assert all(passage["url"].startswith(SITE) for passage in answer["passages"])
    assert citation["quote"] in result.content[0].text


def test_a_refusal_is_an_answer_too() -> None:
    result = in_process("ask", question="Best pasta recipe?")
    assert (result.is_error, result.structured_content["answered"]) == (False, False)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {}, "`question` is missing."),
        ("ask", {"question": " "}, "The question is empty. Ask something in words."),
        ("ask", {"question": "a", "colour": "red"}, "There is no field `colour`."),
        ("search", {"query": "a", "passages": 101}, "`passages` has to be 100 or less."),
        ("search", {"query": " "}, "The question is empty. Ask something in words."),
        ("fetch", {"id": "nowhere"}, "No article has the id 'nowhere'. The list of articles has them all."),
        (
            "fetch",
            {"id": "deserters:0-99999"},
            "No article has the id 'deserters:0-99999'. Did you mean 'deserters' (Soldiers refuse to fight)?",
        ),
    ],
)
def test_what_cannot_be_done_is_said_to_the_model(name: str, arguments: dict[str, Any], words: str) -> None:
    result = in_process(name, **arguments)
    assert (result.is_error, result.content[0].text) == (True, words)


def test_a_broken_index_is_not_named_to_the_model() -> None:
    engine = ApiEngine(broken=IndexCorrupt("/srv/qa/text.db has another digest. Build it again with: qa index"))
    result = run(make_server(tools(engine), 2), call("ask", question=CASES))
    assert result.is_error is True
    assert "/srv" not in result.content[0].text


def test_an_unknown_tool_is_refused() -> None:
    async def talk(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no tool 'delete': search, fetch, ask, list_articles"):
            await client.call_tool("delete")

    run(make_server(tools(), 2), talk)


def test_the_articles_are_listed_with_what_is_known_of_them() -> None:
    listing = in_process("list_articles", limit=2, offset=2).structured_content
    assert listing["total"] == 6
    assert [one["id"] for one in listing["articles"]] == ["deserters", "farms/harvest"]
    assert listing["articles"][0] == {
        "id": "deserters",
        "title": "Soldiers refuse to fight",
        "url": f"{SITE}/articles/deserters",
        "source": "deserters.txt",
        "date": "2023-08-14",
        "authors": [],
    }
    assert [one["id"] for one in in_process("list_articles", search="drought").structured_content["articles"]] == [
        "farms/harvest"
    ]
    of_days = in_process("list_articles", since="2023-01-01").structured_content
    assert (listing["undated"], listing["skipped"]) == (0, [])
    assert (of_days["total"], of_days["undated"]) == (1, 5)
    refused = in_process("list_articles", since="2023-02-01", until="2023-01-01")
    assert (refused.is_error, refused.content[0].text[:35]) == (True, "The days end before they begin: sin")


def test_the_articles_are_resources_whose_text_can_be_read() -> None:
    async def talk(client: Client) -> Any:
        listed = (await client.list_resources()).resources
        read = [(await client.read_resource(one.uri)).contents[0].model_dump() for one in listed]
        return listed, [one["text"] for one in read]

    listed, texts = run(make_server(tools(), 2), talk)
    articles = sorted(ApiEngine().articles, key=lambda one: one.id)
    assert [one.name for one in listed] == [one.id for one in articles]
    assert texts == [one.text for one in articles]
    assert (listed[2].uri, listed[2].title) == ("article:///deserters", "Soldiers refuse to fight")
    assert (listed[2].description, listed[2].mime_type) == ("deserters.txt, 2023-08-14", "text/plain")


def test_many_articles_are_listed_in_pages() -> None:
    engine = ApiEngine(articles=[article(f"a{number:03}", HARVEST) for number in range(250)])

    async def talk(client: Client) -> Any:
        pages: list[list[str]] = []
        cursor = None
        while not pages or cursor is not None:
            page = await client.list_resources(cursor=cursor)
            pages.append([one.name for one in page.resources])
            cursor = page.next_cursor
        return pages, (await client.list_resource_templates()).resource_templates

    pages, templates = run(make_server(tools(engine), 2), talk)
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [name for page in pages for name in page] == [f"a{number:03}" for number in range(250)]
    assert [one.uri_template for one in templates] == ["article:///{+id}"]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("article:///deserter", r"Did you mean 'deserters' \(Soldiers refuse to fight\)\?"),
        ("article:///farms/harvest.txt", "Its id is 'farms/harvest'"),
        ("file:///etc/passwd", "The address of an article begins with article:///"),
    ],
)
def test_a_resource_that_is_not_there_is_an_error(uri: str, words: str) -> None:
    async def talk(client: Client) -> None:
        with pytest.raises(MCPError, match=words):
            await client.read_resource(uri)
        with pytest.raises(MCPError, match="This cursor is none"):
            await client.list_resources(cursor="x")

    run(make_server(tools(), 2), talk)


def test_the_tools_answer_over_standard_streams() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], env=environment)
    assert run(program, call("ask", question=CASES)).structured_content["citations"][0]["article_id"] == "deserters"


def talk_to_program(*messages: Any) -> dict[Any, Any]:
    """Return what a program answers, by id, when it is sent these messages at once and its input ends after them."""
    sent = "".join(one if isinstance(one, str) else f"{json.dumps({'jsonrpc': '2.0', **one})}\n" for one in messages)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("ApiEngine()", "ApiEngine(delay=0.3)")],
        input=sent.encode(),
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    known = [one["id"] for one in answers if one["id"] is not None]
    assert len(set(known)) == len(known)
    return {one["id"]: one for one in answers}


INITIALIZE = {
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}
INITIALIZED = {"method": "notifications/initialized"}


def asking(identifier: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": CASES}},
    }


def test_what_was_asked_before_the_end_of_input_is_answered() -> None:
    calls = [asking(number) for number in range(1, 7)]
    answers = talk_to_program(INITIALIZE, INITIALIZED, *calls, "{not JSON\n", {"id": "last", "method": "tools/list"})
    assert set(answers) == {0, 1, 2, 3, 4, 5, 6, "last", None}
    assert answers[None]["error"] == {
        "code": -32700,
        "message": "This line is not JSON in UTF-8. Send each message on one line.",
    }
    for call_ in calls:
        assert answers[call_["id"]]["result"]["structuredContent"]["answered"] is True


def test_the_end_of_input_does_not_wait_for_what_was_cancelled() -> None:
    cancel = {"method": "notifications/cancelled", "params": {"requestId": 1}}
    answers = talk_to_program(INITIALIZE, INITIALIZED, asking(1), cancel, asking(2))
    assert answers[2]["result"]["isError"] is False


def test_calls_may_come_before_the_client_says_that_it_is_initialised() -> None:
    answers = talk_to_program(INITIALIZE, asking(1), INITIALIZED)
    assert answers[1]["result"]["isError"] is False


def test_a_call_without_initialisation_is_told_what_is_missing() -> None:
    answers = talk_to_program({"id": 9, "method": "ping"}, asking(1), {"id": 2, "method": "nothing/here"})
    assert answers[9]["result"] == {}
    assert answers[1]["error"]["message"] == (
        "The session is not initialised. Send initialize first, then this request again."
    )
    assert answers[2]["error"]["code"] == -32601


@pytest.mark.parametrize(
    ("line", "identifier", "code"),
    [
        ("[[[[", None, -32700),
        ("7", None, -32600),
        ("[]", None, -32600),
        ('{"id": 1, "method": "ping"}', 1, -32600),
        ('{"jsonrpc": "1.0", "id": true, "method": "ping"}', None, -32600),
        ('{"jsonrpc": "2.0", "id": "a", "method": "ping", "params": 1}', "a", -32600),
        # Half of a pair, as a cut in the middle of an emoji leaves it.
        (r'{"jsonrpc": "2.0", "id": 2, "method": "ping", "params": {"a": "\ud83d"}}', 2, -32700),
    ],
)
def test_a_line_that_is_no_message_is_answered_too(line: str, identifier: Any, code: int) -> None:
    answers = talk_to_program(f"{line}\n", "\n", {"id": "next", "method": "ping"})
    assert set(answers) == {identifier, "next"}
    assert answers[identifier]["error"]["code"] == code


def test_the_messages_of_a_batch_and_behind_a_byte_order_mark_are_answered() -> None:
    batch = json.dumps([{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in (1, 2)])
    answers = talk_to_program(f"{batch}\n", '\ufeff{"jsonrpc": "2.0", "id": 3, "method": "ping"}\n')
    assert {number: one["result"] for number, one in answers.items()} == {1: {}, 2: {}, 3: {}}


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("tools/call", {"name": "ask", "arguments": "{}"}, "`arguments` of tools/call cannot be read: "),
        ("tools/call", None, "`params` of tools/call cannot be read: Field required."),
        ("resources/read", {}, "`uri` of resources/read cannot be read: Field required."),
    ],
)
def test_a_wrong_parameter_is_named(method: str, params: Any, words: str) -> None:
    request = {"id": 1, "method": method} if params is None else {"id": 1, "method": method, "params": params}
    error = talk_to_program(INITIALIZE, INITIALIZED, request)[1]["error"]
    assert (error["code"], error["message"][: len(words)]) == (-32602, words)


def test_a_client_that_is_gone_gets_no_traceback() -> None:
    script = f'printf \'{{"jsonrpc":"2.0","id":1,"method":"ping"}}\n\' | {sys.executable} -c \'{BARE}\' >/dev/full'
    ran = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == b"OSError 28\n"


def test_no_input_at_all_ends_the_program() -> None:
    assert talk_to_program() == {}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {"question": CASES, "since": None, "articles": None, "history": None, "quotes": None, "id": None}),
        ("ask", {"question": CASES, "history": [{"question": "Who?", "answer": None}]}),
        ("search", {"query": CASES, "passages": None, "articles": None, "until": None}),
        ("search", {"query": CASES, "passages": 3.0}),
    ],
)
def test_null_is_as_if_not_given(name: str, arguments: dict[str, Any]) -> None:
    assert in_process(name, **arguments).is_error is False
    (tool,) = [
        one for one in run(make_server(tools(), 2), lambda client: client.list_tools()).tools if one.name == name
    ]
    jsonschema.validate(arguments, tool.input_schema)


def test_an_empty_text_is_as_if_not_given() -> None:
    assert in_process("ask", question=CASES, since="", collection="").is_error is False
    assert in_process("ask", question="").content[0].text == "`question` is empty."


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    given = getattr(request, "param", "")
    settings = given if isinstance(given, Settings) else Settings(token=given)
    listening = bind("127.0.0.1", 0)
    config = uvicorn.Config(http_app(tools(), settings), log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
    server.should_exit = True
    thread.join(timeout=20)


def test_the_tools_answer_over_http(address: str) -> None:
    assert run(address, call("ask", question=CASES)).structured_content["answered"] is True


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
    ],
)
def test_another_sites_page_cannot_reach_the_tools(address: str, headers: dict[str, str], status: int) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    assert httpx2.post(address, json=body, headers={**accept, **headers}).status_code == status


DESK = "https://desk.example"


@pytest.mark.parametrize(
    "address", [Settings(cors=(DESK,), token=TOKEN), Settings(cors=("*",), token=TOKEN)], indirect=True
)
def test_pages_of_an_origin_that_is_named_may_call_the_tools_with_the_token(address: str) -> None:
    asks = {"Origin": DESK, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = httpx2.options(address, headers=asks)
    assert (preflight.status_code, preflight.headers["access-control-allow-headers"]) == (
        200,
        "Accept, Accept-Language, Authorization, Content-Language, Content-Type, Last-Event-ID, "
        "Mcp-Protocol-Version, Mcp-Session-Id",
    )
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream", "Origin": DESK}
    refused = httpx2.post(address, json=body, headers=headers)
    taken = httpx2.post(address, json=body, headers={**headers, "Authorization": f"Bearer {TOKEN}"})
    assert (refused.status_code, taken.status_code) == (401, 200)
    assert taken.headers["access-control-allow-origin"] in {DESK, "*"}
    assert "access-control-allow-credentials" not in taken.headers


@pytest.mark.parametrize("address", [Settings(cors=(DESK,))], indirect=True)
def test_pages_of_other_origins_may_not(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream", "Origin": "https://evil.example"}
    response = httpx2.post(address, json=body, headers=headers)
    assert (response.status_code, "access-control-allow-origin" in response.headers) == (403, False)


def test_every_origin_is_named_or_a_token_is_asked_for() -> None:
    with pytest.raises(BadSetting, match=r"QA_CORS=\* lets every page on the internet read the articles"):
        http_app(tools(), Settings(cors=("*",)))


def test_a_body_over_64_kib_is_refused(address: str) -> None:
    assert httpx2.post(address, json={"a": "a" * 66_000}).status_code == 413


@pytest.mark.parametrize("address", [TOKEN], indirect=True)
def test_the_token_is_asked_for_over_http(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx2.post(address, json=body).status_code == 401
    assert httpx2.post(address, json=body, headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401

    async def talk() -> Any:
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
            transport: AbstractAsyncContextManager[Any] = streamable_http_client(address, http_client=http)
            async with Client(transport) as client:
                return await client.list_tools()

    assert len(asyncio.run(talk()).tools) == 4


def test_addresses_lead_to_the_public_site() -> None:
    assert site_address(Settings(url="https://qa.example/x", port=1)) == "https://qa.example/x"
    assert site_address(Settings(host="::1")) == "http://[::1]:8000"


@pytest.mark.parametrize("option", [["--host", "::1"], ["--port", "0"], ["--insecure"]])
def test_options_of_http_are_refused_without_it(option: list[str]) -> None:
    result = CliRunner().invoke(command, option)
    assert result.exit_code == 2
    assert "--host, --port and --insecure are for --http." in result.output


def test_the_tools_are_not_shown_to_strangers() -> None:
    result = CliRunner().invoke(command, ["--http", "--host", "192.0.2.1"])
    assert isinstance(result.exception, BadSetting)
    assert "Serving on 192.0.2.1 lets everyone who can reach this machine ask." in str(result.exception)


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.cli.loading.find_spec", lambda name: None)
    result = CliRunner().invoke(command, [])
    assert "Install it with: pip install 'qa-articles[mcp]'" in str(result.exception)


def test_the_tools_ask_the_collection_that_is_named(tmp_path: Path) -> None:
    settings = two_folders(tmp_path)
    server = make_server(Tools(Collections(settings, open_fake), SITE), 2)
    listed = run(server, call("list_collections")).structured_content["collections"]
    assert [(one["name"], one["folder"], one["articles"]) for one in listed] == [("news", "news", 2), ("old", "old", 2)]
    answer = run(server, call("ask", question=MUSEUM_QUESTION, collection="old")).structured_content
    assert answer["index"]["collection"] == "old"
    assert answer["citations"][0]["url"].startswith(f"{SITE}/articles/report?collection=old&start=0&")
    found = run(server, call("search", query=MUSEUM_QUESTION, collection="old")).structured_content
    assert found["collection"] == "old"
    fetched = run(server, call("fetch", id=found["results"][0]["id"], collection="old")).structured_content
    assert fetched["text"].startswith("The museum opened")
    assert run(server, call("fetch", id="report")).structured_content["text"].startswith("The red fox")
    articles = run(server, call("list_articles", collection="old")).structured_content["articles"]
    assert [one["url"] for one in articles] == [f"{SITE}/articles/{one}?collection=old" for one in ("barn", "report")]
    resources = run(server, lambda client: client.list_resources()).resources
    assert [str(one.uri) for one in resources][1:3] == ["article://news/report", "article://old/barn"]
    read = run(server, lambda client: client.read_resource("article://old/report")).contents
    assert read[0].text.startswith("The museum opened")
    refused = run(server, call("ask", question=FOX_QUESTION, collection="olds"))
    assert (refused.is_error, refused.content[0].text) == (True, "There is no collection 'olds'. Did you mean 'old'?")


def test_a_damaged_collection_is_told_by_its_name(tmp_path: Path) -> None:
    settings = two_folders(tmp_path)
    damage(index_folder(tmp_path, "old"))
    server = make_server(Tools(Collections(settings, open_fake), SITE), 2)
    refused = run(server, call("ask", question=FOX_QUESTION, collection="old"))
    words = "The collection 'old' cannot be asked. Its index is damaged."
    assert (refused.is_error, refused.content[0].text) == (True, words)
    assert run(server, call("ask", question=FOX_QUESTION)).structured_content["answered"] is True
