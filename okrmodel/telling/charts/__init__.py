"""Charts as Vega-Lite specs: pure functions from what is drawn, gathered from the store beforehand.

`gathered` asks the store, `drawn` is what it found, `key_result` and `overview` make specs of it, and
`okrmodel.telling.pictures` makes pictures of those. Nothing in a spec is loaded from elsewhere.
"""
