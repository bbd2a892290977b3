"""Who signs in waits for their turn before anything is made of what they sent."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from shared.http.idempotency import IdempotentRoute

from identity.bootstrap import Resources


class TurnRoute(IdempotentRoute):
    """The route class of what hashes for whoever comes. Raises TooManyAtOnce.

    A turn begins once the whole request has come: who sends slowly holds nobody up. Until then it has cost little, so
    that a crowd at this door holds up the others less.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_turn(request: Request) -> Response:
            resources: Resources = request.app.state.resources
            await request.body()
            async with resources.hasher.turn():
                return await handle(request)

        return in_turn
