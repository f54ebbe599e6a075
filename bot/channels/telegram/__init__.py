"""Telegram: a channel of our own, by polling or by webhook, in the same process as the others."""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.rendering import render

__all__ = ["TelegramChannel", "render"]
