"""This project beside tools that also read HubSpot, in front of the same pretend servers."""
