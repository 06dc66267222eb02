"""Measuring what knowledge finds and answers, on files in the formats of DESIGN section 9."""
