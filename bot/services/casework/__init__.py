"""The organisation's side of reports: who may see a case, what they may do with it, by when, and what is left of it.

`access` is the door: nothing here shows or changes a case for a person without passing it.
"""
