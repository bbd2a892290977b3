"""A made-up country of any size for groups to work in: as it grows, more wards come in, each like the others."""
