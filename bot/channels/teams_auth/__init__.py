"""Tokens: the ones that Microsoft's messages come with, and the ones that our answers need."""
