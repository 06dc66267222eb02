"""The `yanlu` command tree."""
