# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells Perihelion when phases begin and end. Copy it beside your program; without Perihelion it does nothing."""

import contextlib
import json
import os
import time

_events = os.fdopen(int(os.environ["PERIHELION_EVENTS_FD"]), "w", buffering=1) if "PERIHELION_EVENTS_FD" in os.environ else None


def metric(name, value, unit="1"):
    if _events:
        print(json.dumps({"metric": name, "value": value, "unit": unit}), file=_events)


@contextlib.contextmanager
def phase(name):
    if _events:
        print(json.dumps({"begin": name, "ns": time.monotonic_ns()}), file=_events)
    try:
        yield
    finally:
        if _events:
            print(json.dumps({"end": name, "ns": time.monotonic_ns()}), file=_events)
