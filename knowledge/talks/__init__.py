"""Talks as people tell them: dates, names, demands, and what the sentence wants."""
