"""Ports that several processes choose at the same moment."""

import subprocess
import sys

from shared.servers import ports

CHOOSE = "from shared.servers.ports import free_ports; print(*free_ports(60), flush=True); input()"


def test_processes_that_choose_at_once_choose_different_ports() -> None:
    choosers = [
        subprocess.Popen([sys.executable, "-c", CHOOSE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    try:
        chosen = [port for each in choosers if each.stdout is not None for port in each.stdout.readline().split()]
    finally:
        for each in choosers:
            each.communicate("\n", timeout=60)
    assert len(set(chosen)) == len(chosen) == 480


def test_a_port_that_another_process_will_use_is_not_given() -> None:
    chooser = subprocess.Popen([sys.executable, "-c", CHOOSE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert chooser.stdout is not None
    taken = int(chooser.stdout.readline().split()[0])
    try:
        assert not ports._reserve(taken)
    finally:
        chooser.communicate("\n", timeout=60)
    assert ports._reserve(taken)
