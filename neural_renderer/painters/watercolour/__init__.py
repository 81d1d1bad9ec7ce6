"""The painter of the theme watercolour. Read `painter` first."""
