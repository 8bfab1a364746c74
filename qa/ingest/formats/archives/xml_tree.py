"""XML without entities, network or huge trees."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from qa.ingest.formats.decoding import Undecodable

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(content: bytes) -> _Element:
    """Return the root of an XML document; raises Undecodable for one with entities of its own or damage."""
    etree = importlib.import_module("lxml.etree")
    if b"<!ENTITY" in content:
        raise Undecodable("XML with entities of its own")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root: _Element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Undecodable("damaged XML") from error
    return root


def local_name(element: _Element) -> str:
    """Return the name of an element without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
