"""The ground from a seed. Read `tiles`, then `level`, `terrain` and `landmarks`."""
