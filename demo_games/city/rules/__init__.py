"""The rules of the city, a file for each system."""
