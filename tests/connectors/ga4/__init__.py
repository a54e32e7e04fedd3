"""The ga4 connector, through Google's own client against the pretend property."""
