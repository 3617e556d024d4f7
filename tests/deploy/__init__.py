"""deploy/: what an operator takes over. Checked by the programs that read it, where they are here."""
