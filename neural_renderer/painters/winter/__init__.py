"""Winter: a snowy dusk. Read `painter` first."""
