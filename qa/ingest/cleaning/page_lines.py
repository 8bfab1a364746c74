"""Boilerplate recognised by its words: navigation, comment forms, notices, share buttons, advertising."""

from __future__ import annotations

import re

from qa.ingest.cleaning.page_words import is_page_talk
from qa.ingest.cleaning.phrases import compile_phrases, read_words
from qa.text.lines import Line

PAGE_LINE_CHARACTERS = 400
PAGE_LINE_WORDS = 60
# In how many lines from the top breadcrumbs can stand.
BREADCRUMB_LINES = 6
BREADCRUMB_WORDS = 40
# The fewest words of a navigation bar.
NAVIGATION_WORDS = 3
TAGS_WORDS = 30
# How many names may stand in a line with two signs of a newsletter, or of a notice.
NAMES = 3

_STRAY = frozenset(">|*_-–—=~.·•#+/\\<^`:;,»«›‹†‡§¶■□▪●◆★☆♦…'\"“”‘’()[]{}!?\u00a0 ")
_PARTS = re.compile(r"\s*[»›]\s*|\s+>\s+")
_NETWORK = (
    r"(?:facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|e-?mail|messenger|flipboard|tumblr|"
    r"instagram|youtube|tiktok|threads|bluesky|rss|print|copy link|link|pocket|sms|wechat|vk)"
)
_HOME = re.compile(
    r"(?:you are here:? *)?(?:home|home ?page|front page|startseite|inicio|accueil|start)\s*"
    r"(?:(?:[»›]|>|::)\s*\S|(?:[→|/•·]|\s-)\s*(?!\D{0,12}\d)\S)"
)
_SECTIONS = read_words(
    """
    archive articles auto blog business culture deutschland economy english entertainment europe featured finance
    food football health lifestyle local media money music nachrichten national news opinion panorama politics
    politik science sport sports stories tech technology travel uk us usa videos wirtschaft world
    """
)
_MENU = _SECTIONS | read_words(
    "a about advertise arts contact de e edition en games help home in jobs live log login menu more my "
    "newsletters paper podcasts register search shop sign start subscribe tv up video weather"
)
_COMMENT = compile_phrases(
    r"""
    (?:leave|post|add|write) (?:a|your) (?:comment|reply)(?: below)?
    cancel reply
    (?:no|\d[\d,.]*) (?:comments?|replies)(?: yet)?
    comments?(?: \(\d+\))?
    (?:show|view|hide|load|see|read)(?: all| more| the)?(?: \d+)? comments?
    join the (?:conversation|discussion)
    required fields are marked \*?
    (?:name|e-?mail|website|comment) \*
    kommentare?(?: \(\d+\))?|kommentar schreiben|commentaires?|comentarios?|commenti
    """
)
_COMMENT_START = compile_phrases(
    r"""
    comments are (?:closed|off)\b
    be the first to (?:comment|review)\b
    (?:you must be )?(?:logg?e?d?|signe?d?) in to (?:post|leave|comment|reply)\b
    your email address will not be (?:published|shared)\b
    save my name, e-?mail\b
    notify me of (?:new|follow-?up)\b
    """
)
_SPAM = compile_phrases(
    r"""
    this site uses akismet to reduce spam\b.{0,60}
    this (?:site|page|form) is protected by recaptcha\b.{0,100}
    """
)
_POLICY = compile_phrases(
    r"""
    (?:accept|manage|reject)(?: all)? cookies
    (?:cookie|privacy)(?: &| and)? (?:policy|settings|preferences|notice|statement)
    terms (?:of (?:use|service)|(?:and|&) conditions)
    do not sell(?: or share)? my (?:personal )?information
    (?:copyright|©|\(c\)) ?(?:©|\(c\))? ?\d{4}\b(?:[^.!?]{0,80}|.{0,60}\ball rights reserved\b.{0,60})[.!]?
    © ?[\w/., :-]{2,60}
    .{0,60}\ball rights reserved\b\.?
    .{0,80}\ball rights reserved\b.{0,80}\bmay not be\b.{0,120}
    this (?:material|article|content) may not be published, broadcast, rewritten,? or redistributed\b.{0,40}
    this article is (?:re)?published (?:from|under)\b.{3,80}licen[cs]e\b(?:\. read the original article)?\.?
    impressum|datenschutz(?:erklarung)?|agb
    """
)
_POLICY_START = compile_phrases(
    r"""
    (?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? (?:\w+ ){0,3}cookies\b
    by (?:continuing|using|clicking|browsing|signing|subscribing)\b.*\b(?:cookies|privacy policy|terms of)\b
    (?:wir|diese (?:web)?seite) (?:verwenden|verwendet|nutzen|nutzt) cookies\b
    """
)
_SHARE = compile_phrases(
    r"""
    share(?: (?:this|the))?(?: (?:article|story|post|page|video))?(?: (?:on|via|with|to|by) <others>)?:?
    click to (?:share|print|email)(?: (?:this|on|to|a|an) .{1,40})?(?: ?\(opens in new window\))?
    tweet(?: this)?
    (?:print|e-?mail|order)(?: this)? (?:article|page|story|link|post|reprints)
    copy link|copy url|permalink
    link copied!?
    (?:follow|like|find|join) us(?: on <network>(?:(?:,| and|,? or)+ <network>)*)?[.!:]?
    (?:share|save|tweet|pin|like this)(?:[ |,/·•]+(?:share|save|tweet|pin|<network>))+:?
    <network>(?:[ |,/·•]+<network>){2,}
    \(?opens in (?:a )?new (?:window|tab)\)?
    (?:like|share) this:
    (?:artikel )?teilen|(?:auf|per) <network> teilen|partager|compartir|condividi|compartilhar
    """,
    others=r"(?:<network>|friends|social media|others)(?:,? (?:and |or )?<network>)*",
    network=_NETWORK,
)
_CONTROL = compile_phrases(
    r"""
    advertise?ments?(?: ?[-–|:] ?(?:continue|scroll|story|article|post|skip).{0,60})?
    ad|anzeige|werbung|publicite|pubblicita|publicidad|publicidade
    sponsored(?: content)?
    (?:story|article|post) continues (?:below|after)(?: (?:the |this )?<thing>s?)?\.?
    continue reading(?: (?:below|the (?:main )?(?:story|article)))?[.…→» ]*
    scroll (?:down )?to continue(?: reading)?
    (?:click|tap) (?:here )?to (?:expand|enlarge|play|read more|subscribe|view)(?: (?:the )?<thing>)?\.?
    (?:skip|jump) (?:to|past) (?:(?:the|main|primary) )*(?:content|navigation|newsletter|next|advert)(?: <part>)?
    (?:zum|direkt zum) (?:inhalt|hauptinhalt)(?: springen)?|aller au contenu(?: principal)?|saltar al contenido
    (?:read|show|see|load|view) (?:more|less)[.… >»]*
    weiterlesen|mehr lesen|lire la suite|leer mas|leggi tutto|leia mais
    back to (?:the )?top|nach oben
    next(?: page)?|prev(?:ious)?(?: page)?
    (?:previous|next) (?:post|article|story)
    loading\.{0,3}|please wait\.{0,3}
    (?:video )?ad feedback(?: .{0,200}\d\d:\d\d.{0,120})?
    video player was slow to load content video content never loaded\b.{0,300}
    \d\. how relevant is this ad to you\??
    (?:now )?playing(?: now)?
    skip ad(?: in \d+)?
    video unavailable
    your browser does not support .{3,60}
    (?:please )?enable javascript(?: (?:to|in|for) .{3,60})?
    (?:view|see|open) (?:image in )?(?:full ?screen|gallery|full size)
    hide caption|toggle caption|enlarge this image
    listen(?: to this article)?(?: \d+ min(?:utes)?)?
    text size|font size
    (?:reading time|lesezeit|temps de lecture|tiempo de lectura|tempo di lettura)[: ]{1,2}(?:ca\. )?\d+ ?min\w*\.?
    \d+ min(?:ute)?s? read
    (?:an error (?:has )?occurred|something went wrong)[.,]? (?:please )?try again(?: later)?\.?
    this copy is for your personal, non-commercial use only\.?.{0,160}
    """,
    thing=r"(?:advertise?ment|ad|gallery|image|photo|picture|promotion|video)",
    part=r"(?:area|section|promotion)",
)
_SUBSCRIBE = compile_phrases(
    r"""
    (?:sign up|subscribe|register|log in|sign in)(?: now| today| here)?[.!]?
    already a (?:subscriber|member)\??(?: (?:log|sign) in\.?)?
    (?:enter )?your e-?mail(?: address)?
    thank(?:s| you) for (?:subscribing|signing up)[.!]?(?: .{0,60})?
    invalid email(?: address)?[.!]?
    .{0,40}\bnewsletter sign[- ]?up
    """
)
_SUBSCRIBE_START = compile_phrases(
    r"""
    (?:sign up|subscribe|register|log in|sign in)(?: now| today| here)? (?:for|to) (?:our|the|this|your|receive|get)\b
    \(?(?:you can )?(?:also )?get .{0,60} (?:delivered )?(?:right )?(?:in|to) your inbox\b
    download (?:the|our) (?:free )?app\b
    (?:jetzt )?(?:newsletter|unseren newsletter) abonnieren\b
    """
)
# Two of these in one line invite to a newsletter, whatever it is called.
_INVITATIONS = tuple(
    map(
        re.compile,
        (
            r"\b(?:in|to) your inbox\b|\bstraight to you\b|\bdelivered right to you",
            r"\b(?:sign(?:ing)? up|subscribe)(?: for (?:it|them))? (?:here|now|today)\b|\bclick here to subscribe\b",
            r"\b(?:our|your|the|a|this|daily|weekly|free|[\w.]+'?s) (?:[\w-]+ ){0,3}newsletters?\b|\bnewsletter:",
            r"\b(?:sign up|subscribe|join us) (?:for|to|on) (?:our|the|your|get|cnn)\b|\bsubscribe to \S+ newsletter",
        ),
    )
)
_REPORTED = re.compile(r"\b(?:said|says|told|tells|asked|wrote|added|announced|warned|joked|explained|insisted)\b")
_TAGS = compile_phrases(
    r"""
    (?:<tags>|filed under|posted in|tagged(?: (?:with|as|under))?|hashtags?|schlagworte?|mots-cles) ?[:|] ?\S.*
    #\w+(?:[ ,]+#\w+)+
    """,
    # In German, a tag with a number is a day.
    tags=r"(?:tags|tag(?=\D*$))",
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
_STARTS = (
    (_COMMENT_START, "comment form"),
    (_POLICY_START, "cookie or policy notice"),
    (_SUBSCRIBE_START, "subscription notice"),
)


def find_page_reason(line: Line, position: int) -> str | None:
    """Return why the words of a whole line make it boilerplate, or None. position counts lines from the top, from 0."""
    if line.end - line.start > PAGE_LINE_CHARACTERS:
        return None
    if all(character in _STRAY for character in line.text):
        return "stray marks"
    if position < BREADCRUMB_LINES and _is_breadcrumb(line):
        return "breadcrumbs"
    if position < BREADCRUMB_LINES and _is_navigation(line):
        return "navigation"
    if line.rough_words > PAGE_LINE_WORDS:
        return None
    folded = line.folded.strip("*_[]►▶▸◆■• ")
    for pattern, reason in _WHOLE_LINE:
        if pattern.fullmatch(folded):
            return reason
    for pattern, reason in _STARTS:
        if pattern.match(folded) and is_page_talk(line.words):
            return reason
    if _is_invitation(folded):
        return "subscription notice"
    if line.rough_words <= TAGS_WORDS and _TAGS.fullmatch(folded) and not _SENTENCE_END.search(folded):
        return "tags"
    return None


def _is_navigation(line: Line) -> bool:
    return NAVIGATION_WORDS <= len(line.words) <= PAGE_LINE_WORDS and _MENU.issuperset(line.words)


def _is_invitation(folded: str) -> bool:
    if "newsletter" not in folded and "your inbox" not in folded:
        return False
    return sum(sign.search(folded) is not None for sign in _INVITATIONS) >= 2 and not _REPORTED.search(folded)


def _is_breadcrumb(line: Line) -> bool:
    if line.rough_words > BREADCRUMB_WORDS:
        return False
    # Folding turns single guillemets into quotes, so this looks at the original.
    if _HOME.match(line.text.lower()):
        return True
    parts = _PARTS.split(line.text)
    short = all(part and len(part.split()) <= 4 for part in parts[:-1])
    return len(parts) > 2 and short and parts[0].lower() in _SECTIONS
