"""Data out (and later in): the store's rows in formats other programs read."""
