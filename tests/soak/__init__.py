"""The long random tests: their seed is printed, and given again repeats them."""
