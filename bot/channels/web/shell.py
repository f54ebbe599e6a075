"""The page's files and their headers: what a browser may do with them is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from sanic.response import HTTPResponse, raw

from bot.channels.web.templates import HERE, Html, Templates, element, joined
from bot.settings import Settings

HTML = "text/html; charset=utf-8"
KINDS = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
NO_SCRIPT_BUT_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Shell:
    """The files as they go out."""

    def __init__(self, say: Templates, settings: Settings) -> None:
        self._say = say
        self._front: bytes | None = None
        ancestors = " ".join(["'self'", *settings.origins()]) if settings.origins() else "'none'"
        self.headers = {
            "Content-Security-Policy": f"{NO_SCRIPT_BUT_OURS}; frame-ancestors {ancestors}",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-cache",
        }
        self.files: dict[str, tuple[bytes, Mapping[str, str]]] = {
            file: ((HERE / file).read_bytes(), {**self.headers, "Content-Type": kind}) for file, kind in KINDS.items()
        }
        if settings.origins():
            self.files["embed.js"] = (say.fill("embed.js", **_quoted(say)).encode(), _for_others(self.headers))

    def front(self, municipalities: Callable[[], Sequence[str]]) -> HTTPResponse:
        """The page; the names of the municipalities are asked for once."""
        if self._front is None:
            options = joined([element("option", value=name) for name in municipalities()])
            parts = {"municipalities": options, "suggestions": suggestions(self._say("suggestions"))}
            self._front = self._say.fill("page.html", version=self.version(), **parts).encode()
        return raw(self._front, content_type=HTML, headers=self.headers)

    def html(self, text: str, status: int = 200) -> HTTPResponse:
        """A page around the conversation."""
        return raw(text.encode(), status=status, content_type=HTML, headers=self.headers)

    def version(self) -> str:
        """What tells the files from those of another version."""
        return hashlib.sha256(b"".join(content for content, _ in self.files.values())).hexdigest()[:10]


def suggestions(text: str) -> Html:
    """Groups of questions: a line is a heading, and one that begins with "- " a question under it."""
    groups, questions = list[Html](), list[Html]()
    for line in reversed(text.splitlines()):
        if line.startswith("- "):
            questions.insert(0, element("li", element("button", line[2:], type="button", class_="try")))
        elif line.strip():
            listed = element("ul", *questions)
            groups.insert(0, element("section", element("h3", line.strip()), listed))
            questions = []
    return joined(groups)


def _quoted(say: Templates) -> dict[str, str]:
    # In a script between quotation marks: nothing that could end the text.
    return {"frame_title": Html("".join(c for c in say("frame_title") if c not in '"\\\n<>'))}


def _for_others(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        **headers,
        "Content-Type": "text/javascript; charset=utf-8",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
