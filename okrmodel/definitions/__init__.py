"""What a company writes: workspace, metrics, cycles with their objectives and key results."""
