"""The order of the steps, on pretend servers and with nothing waited for."""
