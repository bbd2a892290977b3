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
import importlib, importlib.util, pkgutil, sys
service = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(service.__path__, f"{service.__name__}."):
    importlib.import_module(found.name)
sys.exit(any(importlib.util.find_spec(other) for other in sys.argv[2:]))
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


def run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def wheel_of(part: Path, folder: Path) -> Path:
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, part)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def shared_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of(ROOT / "shared", tmp_path_factory.mktemp("shared"))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.timeout(300)
def test_a_service_installs_alone_from_its_lock(service: str, shared_wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "env")
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCKS[service])
    wheel = wheel_of(ROOT / "services" / service, tmp_path / "wheel")
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", shared_wheel, wheel)
    run(python, "-m", service, "--help")
    run(python, "-c", EVERY_MODULE, service, *(other for other in SERVICES if other != service))
