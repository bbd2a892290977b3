"""The one public door: no policy row, no entry."""
