"""Pictures and videos of a game: screenshots, recordings, sheets, and the showcase."""
