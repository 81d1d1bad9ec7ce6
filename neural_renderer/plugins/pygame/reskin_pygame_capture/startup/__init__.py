"""On the game's `sys.path` while its Python starts, which then imports `sitecustomize` by itself."""
