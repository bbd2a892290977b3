"""What `python -m groups` does besides running a process, one module per idea."""
