"""Measurements; nothing here passes or fails.

    make bench                                all but the last, about 20 minutes
    make bench PEERS=1                        all of them, an hour more

    python -m benchmarks.start                how soon `okr` says something
    python -m benchmarks.quarter              a quarter's backfill and its nights against the floor
    python -m benchmarks.fleet                a thousand workspaces: planner, computing, recording
    python -m benchmarks.rate_budget          what four processes together get out of an account
    python -m benchmarks.status_rules         how often colours, intervals and forecasts are right
    python -m benchmarks.pages                how long readers wait for the pages of an agency's year
    python -m benchmarks.browser              what a browser gets: bytes, first paint, accessibility
    python -m benchmarks.side_by_side         this project beside the programs that copy contacts

Run from the project's folder. Each prints the machine first; what other work on it costs, it costs
here, too, so ratios say more than seconds.
"""
