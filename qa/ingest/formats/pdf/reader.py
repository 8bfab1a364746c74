"""PDF documents, by pypdf, in a process of their own with bounds on time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from qa.ingest.formats.decoding import Decoded, Undecodable, with_digest
from qa.ingest.formats.markdown_writer import write_document
from qa.ingest.formats.pdf.pages import write_pages
from qa.ingest.metadata.bylines import split_authors

PDF_MARK = b"%PDF-"
MARK_BYTES = 1_024
SECONDS = 60
# A page of this many characters has text; a document without any such page is a scan.
PAGE_CHARACTERS = 20


class PdfReader:
    """Reads the text of PDF documents."""

    name = "PDF"
    endings = (".pdf",)
    packages = ("pypdf",)
    module = "pypdf"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the content starts as a PDF does."""
        return content.startswith(PDF_MARK)

    def read(self, content: bytes) -> Decoded:
        """Return the text with a form feed between pages; raises Undecodable for encrypted, scanned or damaged ones."""
        if PDF_MARK not in content[:MARK_BYTES]:
            raise Undecodable("not a PDF")
        # Isolated: nothing in the working directory or beside the script is imported.
        command = [sys.executable, "-I", str(Path(__file__).with_name("process.py"))]
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise Undecodable(f"reading takes more than {SECONDS} seconds") from error
        if done.returncode != 0:
            raise Undecodable("a damaged PDF")
        found = json.loads(done.stdout)
        if "reason" in found:
            raise Undecodable(found["reason"])
        pages: list[str] = found["pages"]
        if not any(len(page.strip()) >= PAGE_CHARACTERS for page in pages):
            raise Undecodable("no text in it: the pages are pictures")
        empty = sum(len(page.strip()) < PAGE_CHARACTERS for page in pages)
        note = f"{empty:,} of {len(pages):,} pages have no text" if empty else None
        blocks = write_pages(pages)
        return with_digest(write_document(blocks, found["title"], None, split_authors(found["author"]), None), note)
