"""What the options of the commands mean, where several commands have the same."""

from __future__ import annotations

CONTENT_HELP = {"content": "The content folder (default: content)"}
SOURCE_HELP = {
    "kind": "What it is: social-post, rumour, article, comment",
    "url": "Where it is, or was",
    "account": "The account or person who published it",
    "publication": "The network, paper or site (default: the URL's host)",
    "time": "When it appeared: 2026-03-11 09:20, or 09:20 for today",
    "screenshot": "A picture of it (a file)",
    "alt": "What the picture shows, for those who cannot see it",
    "text": "Its text, word for word",
    "warning": "Why it is behind a click",
    "credit": "Who took the picture",
    "medium": "print, broadcast, mail or telephone, where there is no URL",
    "deleted": "When it was deleted",
}
SIGNED_HELP = {
    "author": "Who signs",
    "role": "Their role, to make a profile that is missing",
    "no_editor": "Do not open $EDITOR",
}
