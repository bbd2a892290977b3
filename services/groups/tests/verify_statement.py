"""python verify_statement.py STATEMENT-FILE ORGANISATIONS-KEY-FILE: says what an authority signed, or fails."""

import json
import sys
from base64 import urlsafe_b64decode as b64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

key = json.loads(Path(sys.argv[2]).read_text())
signed, _, signature = Path(sys.argv[1]).read_text().strip().rpartition(".")
Ed25519PublicKey.from_public_bytes(b64(key["x"] + "==")).verify(b64(signature + "=="), signed.encode())
claims = json.loads(b64(signed.partition(".")[2] + "=="))
if claims["organisation"] != key["organisation"]:
    sys.exit("signed in the name of another organisation")
sys.stdout.write(json.dumps(claims, indent=1))
