"""What the demo prints: each step, what was done, what was proved."""

from rich.console import Console


class DemoFailed(Exception):
    """A step did not go as it must."""


class Told:
    """Prints the story."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def step(self, number: int, title: str) -> None:
        self._console.print(f"\n[bold]{number}. {title}[/bold]")

    def did(self, what: str) -> None:
        self._console.print(f"   {what}", markup=False)

    def proved(self, what: str, *, holds: bool) -> None:
        """Says what was proved; DemoFailed where it does not hold."""
        if not holds:
            raise DemoFailed(f"not so: {what}")
        self._console.print(f"   [green]✓[/green] {what}")
