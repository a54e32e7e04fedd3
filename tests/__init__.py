"""The tests mirror the folders; each name is a sentence that the product keeps true."""
