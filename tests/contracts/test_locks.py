"""The locks hold together, name no host, and install each service alone."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
SERVICES = ("identity", "groups", "documents", "messaging", "gateway")
LOCKS = {"root": ROOT / "requirements.lock"} | {s: ROOT / "services" / s / "requirements.lock" for s in SERVICES}

# A service's command line imports most of it only when it is asked to.
EVERY_MODULE = """
import importlib, pkgutil, sys
service = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(service.__path__, f"{service.__name__}."):
    importlib.import_module(found.name)
"""


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", lock.read_text(), re.MULTILINE))


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_lock_agrees_with_the_roots(service: str) -> None:
    root = pins(LOCKS["root"])
    assert {name: version for name, version in pins(LOCKS[service]).items() if root.get(name) != version} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_gets_what_it_declares(service: str) -> None:
    declared = [
        requirement
        for part in (ROOT / "shared", ROOT / "services" / service)
        for requirement in tomllib.loads((part / "pyproject.toml").read_text())["project"]["dependencies"]
        if not requirement.startswith("ourwatch-")
    ]
    locked = pins(LOCKS[service])
    for requirement in declared:
        name, _, version = requirement.partition("==")
        assert locked.get(re.sub(r"\[.*\]", "", name).lower()) == version, requirement


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_every_requirement_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert text.count("--hash=sha256:") >= text.count("==") > 0
    assert "://" not in text
    assert "ourwatch" not in text


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.timeout(300)
def test_a_service_installs_alone_from_its_lock(service: str, tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"

    def run(*command: str | Path) -> None:
        done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    run(UV, "venv", "--quiet", tmp_path / "env")
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCKS[service])
    for part in (ROOT / "shared", ROOT / "services" / service):
        run(UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "wheels", part)
    wheels = (tmp_path / "wheels").glob("*.whl")
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", *wheels)
    run(python, "-m", service, "--help")
    run(python, "-c", EVERY_MODULE, service)
    others = [other for other in SERVICES if other != service]
    imports = f"import importlib.util as u, sys; sys.exit(any(map(u.find_spec, {others!r})))"
    run(python, "-c", imports)
