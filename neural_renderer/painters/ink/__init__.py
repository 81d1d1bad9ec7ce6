"""The painter of the theme ink. Read `painter` first."""
