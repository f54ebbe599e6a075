"""The web page: a channel of our own, at / and /chat."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
