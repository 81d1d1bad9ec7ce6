"""The painter of the theme ember. Read `painter` first."""
