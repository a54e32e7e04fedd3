"""The pretend company's whole history as columns of NumPy arrays, grown from one seed."""
