"""How what is known is told to people: words, numbers, looks, charts and sheets.

Pages, digests and artifacts all tell the same by these; none of them has words of its own.
"""
