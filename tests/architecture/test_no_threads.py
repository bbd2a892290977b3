"""Answering a request takes no thread: a hand-over to one costs more than what most dependencies do."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

MODULES = ("identity.api", "groups.api", "documents.api", "messaging.api", "groups.sign", "documents.keys")


def routers_of(module: str) -> tuple[APIRouter, ...]:
    if module.endswith(".api"):
        return tuple(importlib.import_module(f"{module}.router").ROUTERS)
    return (importlib.import_module(f"{module}.routes").router,)


def called(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    if dependant.call is not None:
        yield dependant.call
    for below in dependant.dependencies:
        yield from called(below)


@pytest.mark.parametrize("module", MODULES)
def test_routes_and_what_they_ask_for_run_on_the_loop(module: str) -> None:
    routes = [route for router in routers_of(module) for route in router.routes if isinstance(route, APIRoute)]
    assert routes
    handed_over = {
        call.__qualname__
        for route in routes
        for call in called(route.dependant)
        if not inspect.iscoroutinefunction(call) and not inspect.isasyncgenfunction(call)
    }
    assert not handed_over
