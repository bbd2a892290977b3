"""The five laws of ARCHITECTURE.md, and that each check fails when its law is broken."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("identity", "groups", "documents", "messaging", "gateway")

Write = Callable[[str, str], None]


def packages(root: Path) -> list[Path]:
    return [root / "shared" / "src", *(root / "services" / service / "src" for service in SERVICES)]


def lint(root: Path, contract: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, packages(root)))}
    command: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=100)


@pytest.fixture
def a_copy(tmp_path: Path) -> Path:
    """The sources, to be broken."""
    for source in packages(ROOT):
        shutil.copytree(source, tmp_path / source.relative_to(ROOT), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("contract", "file", "breach"),
    [
        ("identity", "services/identity/src/identity/domain/passwords.py", "import identity.storage.links"),
        ("groups", "services/groups/src/groups/utils/__init__.py", ""),
        ("independent", "services/documents/src/documents/use_cases/peek.py", "import groups.domain.groups"),
        ("shared", "shared/src/shared/peek.py", "import identity.domain.accounts"),
        ("domain", "services/groups/src/groups/domain/groups.py", "import sqlalchemy"),
        ("domain", "services/identity/src/identity/domain/accounts.py", "import shared.http.fields"),
    ],
)
def test_a_breach_of_laws_1_to_3_is_found(a_copy: Path, contract: str, file: str, breach: str) -> None:
    path = a_copy / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{breach}\n{path.read_text() if path.exists() else ''}")
    broken = lint(a_copy, contract)
    assert broken.returncode != 0, broken.stdout
    assert "BROKEN" in broken.stdout or "exhaustive" in broken.stdout.lower()


def calls_of_other_services(root: Path) -> list[str]:
    """Law 4: settings of a service that name where another is."""
    others = {service: "|".join(set(SERVICES) - {service}) for service in SERVICES if service != "gateway"}
    return [
        f"{path.relative_to(root)}: {line.strip()}"
        for service, names in others.items()
        for path in (root / "services" / service / "src").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(rf"\b({names})_(url|database|dsn|host|port)\b|https?://({names})\b", line, re.IGNORECASE)
    ]


def test_only_the_gateway_knows_where_services_are() -> None:
    assert calls_of_other_services(ROOT) == []


def test_knowing_where_another_service_is_is_found(a_copy: Path) -> None:
    (a_copy / "services/groups/src/groups/settings.py").write_text("identity_url: str\n")
    assert calls_of_other_services(a_copy)


def commits(root: Path) -> list[str]:
    """Law 5: every place that commits."""
    return sorted(
        str(path.relative_to(root))
        for source in packages(root)
        for path in source.rglob("*.py")
        if re.search(r"\.commit\(|\bCOMMIT\b", path.read_text())
    )


def test_commit_is_spelled_once() -> None:
    assert commits(ROOT) == ["shared/src/shared/db/unit_of_work.py"]


def test_a_second_commit_is_found(a_copy: Path) -> None:
    (a_copy / "services/groups/src/groups/use_cases/sneak.py").write_text("await session.commit()\n")
    assert len(commits(a_copy)) == 2
