"""Carries a picture that is being left along with the scene, and mixes it into the one that follows."""
