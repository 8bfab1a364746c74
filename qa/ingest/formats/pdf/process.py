"""The process that reads one PDF from standard input and writes its pages as JSON, within bounds."""

from __future__ import annotations

import io
import json
import sys

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 55
PAGES = 3_000
CHARACTERS = 20_000_000


def read_pages(content: bytes) -> dict[str, object]:
    """Return the pages, title and author of a PDF, or the reason why there are none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"reason": "encrypted"}
        pages: list[str] = []
        total = 0
        for page in reader.pages[:PAGES]:
            text = page.extract_text() or ""
            total += len(text)
            if total > CHARACTERS:
                return {"reason": f"more than {CHARACTERS:,} characters"}
            pages.append(text)
        known = reader.metadata
        title, author = (known.title, known.author) if known is not None else (None, None)
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError):
        return {"reason": "a damaged PDF"}
    except MemoryError:
        return {"reason": "reading takes more than 2 GiB of memory"}
    return {"pages": pages, "title": str(title or "").strip() or None, "author": str(author or "")}


def main() -> None:
    """Read standard input and write one JSON object."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    except (ImportError, ValueError, OSError):
        # Elsewhere the time limit of the caller has to do.
        pass
    json.dump(read_pages(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
