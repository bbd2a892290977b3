"""The main job of product.md, from an empty system to a safe ward panel, on the running parts."""
