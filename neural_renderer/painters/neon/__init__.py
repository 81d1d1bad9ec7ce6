"""The painter of the theme neon. Read `painter` first."""
