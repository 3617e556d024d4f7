"""`python -m katgate`: the same as the command `katgate`."""

from katgate.cli import main

main(prog_name="katgate")
