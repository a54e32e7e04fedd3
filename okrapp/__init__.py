"""The two front doors: the command line `okr` and the web pages."""
