"""Who decides for everybody: this process, or a cluster. The list is the same."""

from collections.abc import Callable, Iterator
from functools import partial

from serving.outbound.canvass import Canvass
from serving.outbound.options import Found, options_of
from serving.service import Service
from training.together import together

Engine = Callable[[Service, Canvass], Iterator[Found]]
"""Decides like this service, customer by customer in their order."""


def here(service: Service, canvass: Canvass) -> Iterator[Found]:
    return options_of(partial(service.decider.decide_all, together=together), canvass)
