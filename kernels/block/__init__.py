"""The residual block of the body, and the int8 arithmetic that it is trained for."""
