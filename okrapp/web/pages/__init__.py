"""One module for each kind of page: what it shows, and at which address."""
