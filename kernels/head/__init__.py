"""Anchored surfaces (learned texture and mixed noise) and the per-pixel network that colours them."""
