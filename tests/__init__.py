"""Tests of what no single service can answer for. A package, since other distributions install one of this name too."""
