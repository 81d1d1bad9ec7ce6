"""The painter of the theme winter. Read `painter` first."""
