"""From the shipped files to recorded snapshots, beside the oracle."""
