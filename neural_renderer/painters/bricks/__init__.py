"""The painter of the theme bricks. Read `painter` first."""
