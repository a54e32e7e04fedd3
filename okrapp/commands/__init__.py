"""One file per command; each imports only what it needs when it is called."""
