"""Sealed blobs: chunked encryption, the object store, and the two together."""
