"""The one place for sentences users see, a module for each room. Code elsewhere holds none.

Tone: 您/同志, short, formal, no emoji, no exclamation marks.
"""
