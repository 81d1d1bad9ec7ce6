"""Carries the last picture along with the scene, for frames between two pictures of the network."""
