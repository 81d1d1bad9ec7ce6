"""The painter of the theme clay. Read `painter` first."""
