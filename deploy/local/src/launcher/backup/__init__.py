"""A copy of the whole system in parts that are kept apart, and the way back."""
