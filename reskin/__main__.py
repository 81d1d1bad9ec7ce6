"""`python -m reskin` is the command `reskin`."""

from reskin.cli import main

if __name__ == "__main__":
    main(prog_name="reskin")
