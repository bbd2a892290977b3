"""What every OurWatch service builds on: wire formats and the mechanisms that at least three services use."""
