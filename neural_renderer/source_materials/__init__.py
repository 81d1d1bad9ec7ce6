"""Which material a game's source images show, by rules: names, behaviour, hue. No model."""
