"""`python -m knowledge.talks`: learn at set-up, so that the first start need not."""

from knowledge.talks.reader import prepare

prepare()
