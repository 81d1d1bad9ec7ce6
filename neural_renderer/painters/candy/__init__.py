"""The painter of the theme candy. Read `painter` first."""
