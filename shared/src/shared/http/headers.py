"""Headers of our own between the gateway and the services: whoever sends them needs no web server."""

CORRELATION_HEADER = "ow-correlation"
# Where a request came from, as the gateway saw it: an IPv4 address, or the /64 of an IPv6 one.
SOURCE_HEADER = "ow-source"
