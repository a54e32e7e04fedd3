"""OKR trackers kept in spreadsheets: read into key results, and nothing in them guessed.

A file's bytes become a grid of cells; headings tell what each column is; rows become objectives and
key results, or are told with their number and what is wrong with them.
"""
