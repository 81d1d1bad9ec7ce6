"""The training of themes; read `trainer`. Needs the extra `learn`."""
