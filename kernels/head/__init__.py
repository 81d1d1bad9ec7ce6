"""Samples the anchored surfaces (learned textures and mixed noise) and colours every pixel by a small
network."""
