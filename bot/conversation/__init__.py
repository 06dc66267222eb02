"""Turns in, says out: router, forms, drafts. Knows no channel."""
