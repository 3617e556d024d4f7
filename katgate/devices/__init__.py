"""What katgate knows of its devices, and the way to them: one connection each."""
