"""E-mails (.eml), by the standard library: subject, sender, date and body; attachments are counted, never opened."""

from __future__ import annotations

import importlib.util
import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr

from qa.ingest.formats.decoding import Decoded, Undecodable, decode, with_digest
from qa.ingest.formats.html.blocks import parse_html, read_blocks
from qa.ingest.formats.markdown_writer import escape, write_document, write_heading
from qa.ingest.formats.reader import INSTALL
from qa.ingest.metadata.bylines import split_authors

EMAIL_BYTES = 32 * 1024 * 1024
PARTS = 1_000

_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")
_KNOWN = re.compile(rb"^(?:from|to|subject|date|received|mime-version):", re.IGNORECASE | re.MULTILINE)


class EmlReader:
    """Reads the body of an e-mail."""

    name = "e-mail"
    endings = (".eml",)
    packages = ("chardet", "lxml")
    module = None

    def recognises(self, content: bytes) -> bool:
        """Return False: a text may start with the same words as an e-mail."""
        return False

    def read(self, content: bytes) -> Decoded:
        """Return the body below the subject; raises Undecodable for what is no e-mail or has no text."""
        start = content[:20_000].lstrip().replace(b"\r\n", b"\n")
        if not _HEADER.match(start) or len(_KNOWN.findall(start)) < 2:
            raise Undecodable("not an e-mail")
        if len(content) > EMAIL_BYTES:
            raise Undecodable(f"larger than 32 MiB for an e-mail: {len(content):,} bytes")
        try:
            message = message_from_bytes(content.lstrip(), policy=policy.default)
            return _read_message(message)
        except (MessageError, LookupError, ValueError, AttributeError, IndexError, TypeError, RecursionError) as error:
            if isinstance(error, Undecodable):
                raise
            raise Undecodable("a damaged e-mail") from error


def _read_message(message: EmailMessage) -> Decoded:
    body = message.get_body(("plain", "html"))
    blocks = [] if body is None else _read_body(body)
    if not any(blocks):
        raise Undecodable("no text in it")
    subject = " ".join(str(message["subject"] or "").split())
    sender = parseaddr(str(message["from"] or ""))[0]
    sent = getattr(message["date"], "datetime", None)
    date = None if sent is None else sent.date().isoformat()
    heading = [write_heading(subject, 1)] if subject else []
    text = write_document([*heading, *blocks], None, date, split_authors(sender), None)
    attached = sum(1 for number, _ in enumerate(message.iter_attachments()) if number < PARTS)
    count = "1 attachment was" if attached == 1 else f"{attached:,} attachments were"
    return with_digest(text, f"{count} not read" if attached else None)


def _read_body(body: MIMEPart) -> list[str]:
    content = body.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        text = raw.decode(body.get_content_charset() or "utf-8")
    except (UnicodeDecodeError, LookupError):
        text = decode(raw).text if raw.strip() else ""
    if body.get_content_subtype() == "html":
        if importlib.util.find_spec("lxml") is None:
            raise Undecodable(f"an e-mail in HTML, which needs lxml: {INSTALL}")
        return read_blocks(parse_html(text)) if text.strip() else []
    # What is quoted of an earlier mail is somebody else's, and stays marked.
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))
    return ["  \n".join(escape(line) for line in paragraph.split("\n") if line.strip()) for paragraph in paragraphs]
