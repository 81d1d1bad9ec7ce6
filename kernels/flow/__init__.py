"""Lets the surfaces of some materials drift, and the history forget where they did."""
