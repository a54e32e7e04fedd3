"""One folder per outside system, the same small file names in each.

`client.py` speaks, `query.py` is what may be asked, `plan.py` purely turns questions into
costed steps, `connector.py` joins them. Connectors do not know one another.
"""
