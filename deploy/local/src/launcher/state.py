"""What this machine remembers between two starts: `.ourwatch/`, or where OURWATCH_HOME says."""

import json
import os
import secrets
from pathlib import Path

from launcher.checkout import ROOT

_SECRET_BYTES = 32


class State:
    """The folder with everything that must not be lost or seen: servers' data, keys, secrets and logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.control = folder / "control"
        self.lock = folder / "lock"
        self.trust = folder / "trust"
        self.mail = folder / "mail"
        self.secrets = folder / "secrets.json"
        self.totp_seeds = folder / "demo" / "totp.json"

    @classmethod
    def of_this_checkout(cls) -> "State":
        return cls((ROOT / os.environ.get("OURWATCH_HOME", ".ourwatch")).resolve())

    def prepare(self) -> None:
        """Makes the folders; those with keys are open to their owner only."""
        for folder in (self.folder, self.logs, self.trust, self.folder / "keys"):
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)

    def key_folder(self, owner: str) -> Path:
        """Where one process keeps the private keys that no other process reads."""
        folder = self.folder / "keys" / owner
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def secret(self, name: str) -> str:
        """The secret of that name, made when it is first asked for."""
        path = self.secrets
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(_SECRET_BYTES)
            draft = path.with_suffix(".draft")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(known, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        return known[name]
