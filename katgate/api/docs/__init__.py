"""`/docs`: both descriptions as one page to read, without a script and without any outside host."""
