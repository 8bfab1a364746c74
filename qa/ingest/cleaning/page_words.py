"""The words in which a page speaks to its visitors, and whether a whole line consists of them."""

from __future__ import annotations

from collections.abc import Sequence

from qa.ingest.cleaning.phrases import read_words

# The share of a line's telling words that have to be page words.
PAGE_WORD_SHARE = 0.75

_PAGE_WORDS = read_words(
    """
    abonnement abonnieren account ad address ads advert advertisement advertisers advertising akismet alert alerts
    analytics anmelden anzeige app article articles artikel auch bekommen box browser browsing click comment
    comments content continue continuing cookie cookies copyright daily data datenschutz datenschutzerklarung
    deliver delivered disable download edition einwilligung email emailed emails enable exclusive experience
    facebook feedback fields follow following form free gallery google headline headlines hear inbox inboxes
    instagram javascript kommentar kommentare latest lesen link linkedin links log logged login mail marked mehr
    melden member members membership moderated moderator nachrichten newsletter newsletters notice notification
    notifications notify nutzen nutzer offer offers page pages partner partners password personalise personalised
    personalize personalized pinterest player policy popup post posted posts preferences premium print privacy
    processed protected publish published read reader readers recaptcha receive reddit refreshing register
    registered registration reply required reserved rights rss save scroll seite service services settings share
    shared sign signed signing signup site slideshow sms spam sponsored stories story subscribe subscribed
    subscriber subscribers subscribing subscription subscriptions tap teilen telegram terms text threads tiktok
    toggle trending turn twitter unsubscribe update updated updates use user users uses using verwenden video videos
    view visit webseite website websites weekly werbung whatsapp youtube
    """
)
# Words that neither prove nor disprove that the page is speaking.
_NEUTRAL_WORDS = read_words(
    """
    a about after again agree aktuelle all alle already also always am an and any are as at auf available be because
    been before bei below best breaking by can check complete completely das day days dem den der did die diese
    dieser direct directly do does durch e ein eine einen every everything first for from full fully fun fur get
    give has have help here hour hours how ich if ihr ihre im improve in information into is ist it its jetzt just
    keep know kostenlos learn like located longer make may me mind minute minutes miss mit month monthly more
    morning most must my name need never new news next night no not nothing now of off on once one online only open
    or other our out over own please privately provide right s see send sent service show sich sie so some stay
    still stuff submit such sure t than that the their them these this through time tips to today top touch uber um
    und under uns unser unsere unseren unserer up us useful via von want way we week weeks welcome what when where
    which while why will wir with within without year years you your zone zu zum zur
    """
)


def is_page_talk(words: Sequence[str], names: int = 0) -> bool:
    """Tell whether a line consists of page words, apart from neutral words, numbers and the given count of names.

    words are folded, with contractions expanded.

    >>> is_page_talk("sign up for our daily newsletter".split())
    True
    >>> is_page_talk("register for the draft by 1 july or face a fine".split())
    False
    """
    telling = [word for word in words if word not in _NEUTRAL_WORDS and not word.isdigit() and len(word) > 1]
    known = sum(word in _PAGE_WORDS for word in telling)
    return known > 0 and known >= PAGE_WORD_SHARE * (len(telling) - min(names, len(telling) - known))
