"""Where a value will stand at the end: pure distributions, no clock and no store.

One module for each kind of value: `counts` for sums from nothing towards a target, `curves` for
distinct counts with last cycle's curve, `levels` for values that stand at some height each day,
`rates` for ratios of sums. Each gives an `Outlook`.
"""
