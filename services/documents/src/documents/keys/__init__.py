"""The keys process: the only one that can open the key of a document, and only with two fresh proofs (P19)."""
