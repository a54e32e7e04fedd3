"""A pretend company behind pretend HubSpot and GA4 servers.

Seeded, on loopback only, with the documented limits and with faults to order. It imports
nothing of the product: what it answers must not come from the code that it tests.
"""
