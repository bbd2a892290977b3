"""What is tried with passkeys in a real browser, and what it is tried with."""
