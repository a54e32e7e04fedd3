"""How peers are started by their own Python, each told where the pretend HubSpot is; no more is changed."""
