"""The console: where handlers, liaison officers, talkers and administrators work at a desk.

`frame` decides who sees a page; each area (`cases`, `records`, `coverage`, `documents`, `organisation`) lists its
pages with the right that opens each. A page that is not in a list does not exist.
"""
