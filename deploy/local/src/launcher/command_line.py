"""What a command adds itself to."""

import argparse
from typing import TypeAlias

# argparse gives the type no public name
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001
