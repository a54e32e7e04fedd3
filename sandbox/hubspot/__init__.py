"""The pretend HubSpot: search, objects, emails, account and OAuth as HubSpot documents them."""
