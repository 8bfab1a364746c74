"""Boilerplate recognised by its words: navigation, comment forms, notices, share buttons, advertising."""

from __future__ import annotations

import re

from qa.ingest.cleaning.phrases import compile_phrases
from qa.text.lines import Line

PAGE_LINE_CHARACTERS = 400
PAGE_LINE_WORDS = 45
# In how many lines from the top breadcrumbs can stand.
BREADCRUMB_LINES = 6
BREADCRUMB_WORDS = 40
TAGS_WORDS = 30
LINK_WORDS = 25

_STRAY = frozenset(">|*_-–—=~.·•#+/\\<^`:;,»«›‹†‡§¶■□▪●◆★☆…'\"“”‘’()[]{}!?\u00a0 ")
_PARTS = re.compile(r"\s*[»›→]\s*|\s+>\s+")
_NETWORK = (
    r"(?:facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|e-?mail|messenger|flipboard|tumblr|"
    r"instagram|youtube|tiktok|threads|bluesky|rss|print|copy link|link|pocket|sms|wechat|vk)"
)
_HOME = re.compile(
    r"(?:you are here:? *)?(?:home|home ?page|front page|startseite|inicio|accueil|start)\s*"
    r"(?:[»›→|/•·]|>|::|\s-)\s*\S"
)
_COMMENT = compile_phrases(
    r"""
    (?:leave|post|add|write) (?:a|your) (?:comment|reply)(?: below)?
    cancel reply
    (?:no|\d[\d,.]*) (?:comments?|replies)(?: yet)?
    comments?(?: \(\d+\))?
    comments are (?:closed|off)\b.*
    (?:show|view|hide|load|see|read)(?: all| more| the)?(?: \d+)? comments?
    be the first to (?:comment|review)\b.*
    join the (?:conversation|discussion)
    you must be (?:logged|signed) in to (?:post|leave|comment)\b.*
    (?:log|sign) in to (?:post|leave|comment|reply)\b.*
    your email address will not be (?:published|shared)\b.*
    required fields are marked.*
    save my name, e-?mail\b.*
    notify me of (?:new|follow-?up)\b.*
    (?:name|e-?mail|website|comment) \*
    """
)
_SPAM = compile_phrases(
    r"""
    .*\bakismet\b.*\b(?:spam|comment)\b.*
    this (?:site|page|form) is protected by recaptcha\b.*
    """
)
_POLICY = compile_phrases(
    r"""
    (?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? (?:\w+ ){0,3}cookies\b.*
    by (?:continuing|using|clicking|browsing|signing|subscribing)\b.*\b(?:cookies|privacy policy|terms of)\b.*
    (?:accept|manage|reject)(?: all)? cookies
    (?:cookie|privacy)(?: &| and)? (?:policy|settings|preferences|notice|statement)
    terms (?:of (?:use|service)|(?:and|&) conditions)
    do not sell(?: or share)? my (?:personal )?information
    (?:copyright|©|\(c\)) ?(?:©|\(c\))? ?\d{4}\b.*
    .*\ball rights reserved\b\.?.{0,200}
    .*\bmay not be published, broadcast, rewritten\b.*
    this article is (?:re)?published (?:from|under)\b.*licen[cs]e\b.*
    """
)
_SHARE = compile_phrases(
    r"""
    share(?: (?:this|the))?(?: (?:article|story|post|page|video))?(?: (?:on|via|with|to|by) <others>)?:?
    click to (?:share|print|email)\b.*
    tweet(?: this)?
    (?:print|e-?mail)(?: this)? (?:article|page|story|link|post)\b.{0,20}
    copy link
    link copied!?
    follow us(?: on\b.*)?:?
    (?:share|save|tweet|pin|like this)(?:[ |,/·•]+(?:share|save|tweet|pin|<network>))+:?
    <network>(?:[ |,/·•]+<network>){2,}
    \(?opens in (?:a )?new (?:window|tab)\)?
    (?:like|share) this:
    """,
    others=r"(?:<network>|friends|social media|others)(?:,? (?:and |or )?<network>)*",
    network=_NETWORK,
)
_CONTROL = compile_phrases(
    r"""
    advertise?ments?(?: -.*)?
    ad
    sponsored(?: content)?
    (?:story|article|post) continues (?:below|after)\b.*
    continue reading\b.{0,60}
    scroll (?:down )?to continue\b.*
    (?:click|tap) (?:here )?to (?:expand|enlarge|play|read more|subscribe|view)\b.{0,60}
    (?:skip|jump) (?:to|past) (?:main |the )?(?:content|navigation|newsletter|next|advert)\b.*
    (?:read|show|see|load|view) (?:more|less)[.… >»]*
    back to top
    next(?: page)?|prev(?:ious)?(?: page)?
    (?:previous|next) (?:post|article|story)
    loading\.{0,3}|please wait\.{0,3}
    (?:video )?ad feedback\b.*
    video player was slow to load\b.*
    \d\. how relevant is this ad to you\??
    (?:now )?playing(?: now)?
    skip ad\b.*
    video unavailable
    your browser does not support\b.*
    (?:please )?enable javascript\b.*
    (?:view|see|open) (?:image in )?(?:full ?screen|gallery|full size)
    hide caption|toggle caption|enlarge this image
    listen(?: to this article)?(?: \d+ min(?:utes)?)?
    \d+ min(?:ute)?s? read
    """
)
_SUBSCRIBE = compile_phrases(
    r"""
    (?:sign up|subscribe|register|log in|sign in)(?: now| today| here)?[.!]?
    (?:sign up|subscribe|register|log in|sign in)(?: now| today| here)? (?:for|to) (?:our|the|this|your|receive|get)\b.*
    \(?(?:you can )?get .{0,60} (?:delivered )?(?:in|to) your inbox\b.*
    .*\bsign up (?:for it )?here\.?\)?
    already a (?:subscriber|member)\b.*
    (?:enter )?your e-?mail(?: address)?
    thank you for (?:subscribing|signing up)\b.*
    invalid email\b.*
    .{0,40}\bnewsletter sign[- ]?up
    """
)
_LINK = compile_phrases(
    r"""
    <pointer> ?(?:[:|]|>+|») ?(?=\S).{3,}
    click here (?:to|for)\b.*
    """,
    pointer=(
        r"(?:read(?: more| also| next)?|also read"
        r"|related(?: (?:story|article|stories|articles|links?|content|coverage))?"
        r"|more(?: (?:on|from|about) [^:|]{1,40})?|recommended(?: reading)?|don't miss|you may also like|must read"
        r"|watch(?: more| now| live)?|listen|in pictures|opinion|analysis|go deeper|subscribers? only|for subscribers)"
    ),
)
_TAGS = compile_phrases(
    r"""
    (?:tags?|filed under|posted in|tagged(?: (?:with|as|under))?|hashtags?) ?[:|] ?\S.*
    #\w+(?:[ ,]+#\w+)+
    """
)
_SENTENCE_END = re.compile(r"[.!?][\"')]*$")

_WHOLE_LINE = (
    (_COMMENT, "comment form"),
    (_SPAM, "spam notice"),
    (_POLICY, "cookie or policy notice"),
    (_SHARE, "share row"),
    (_CONTROL, "page control"),
    (_SUBSCRIBE, "subscription notice"),
)


def find_page_reason(line: Line, position: int) -> str | None:
    """Return why the words of a line make it boilerplate, or None. position counts lines from the top, from 0."""
    if line.end - line.start > PAGE_LINE_CHARACTERS:
        return None
    if all(character in _STRAY for character in line.text):
        return "stray marks"
    if position < BREADCRUMB_LINES and _is_breadcrumb(line):
        return "breadcrumbs"
    if line.rough_words > PAGE_LINE_WORDS:
        return None
    folded = line.folded.strip("*_[]►▶▸◆■• ")
    for pattern, reason in _WHOLE_LINE:
        if pattern.fullmatch(folded):
            return reason
    return _find_pointer_reason(line, folded)


def _is_breadcrumb(line: Line) -> bool:
    if line.rough_words > BREADCRUMB_WORDS:
        return False
    # Folding turns single guillemets into quotes, so this looks at the original.
    if _HOME.match(line.text.lower()):
        return True
    parts = _PARTS.split(line.text)
    short = all(part and len(part.split()) <= 4 for part in parts[:-1])
    return len(parts) > 2 and short and "«" not in line.text and "‹" not in line.text


def _find_pointer_reason(line: Line, folded: str) -> str | None:
    """Return "tags" or "link to another article", or None; a line that ends as a sentence may belong to the article."""
    if line.rough_words <= TAGS_WORDS and _TAGS.fullmatch(folded) and not _SENTENCE_END.search(folded):
        return "tags"
    if line.rough_words <= LINK_WORDS and _LINK.fullmatch(folded) and not folded.endswith("."):
        return "link to another article"
    return None
