#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""perihelion-cli info, window and optimise on real recordings, compared with h5py reading the same files.

usage: compare_with_h5py.py PERIHELION_CLI RECORDINGS_FOLDER
Ends with 77 (skipped) when h5py or the recordings are missing, with 1 in that case when CI is set.
"""
import json
import os
import random
import subprocess
import sys
import tempfile


def skip(reason):
    print("skipped:", reason)
    sys.exit(1 if os.environ.get("CI") else 77)


try:
    import h5py
    import hdf5plugin  # noqa: F401  registers Blosc, LZ4, bitshuffle
    import numpy as np
except ImportError as missing:
    skip(f"{missing}; install python3-h5py and python3-hdf5plugin")

cli, folder = sys.argv[1:3]
if not os.path.isdir(folder):
    skip(f"no recordings at {folder}")

environment = dict(os.environ, XDG_CACHE_HOME=tempfile.mkdtemp(prefix="perihelion-peer-"))
environment.pop("DISPLAY", None)
failures = []


def expect(name, what, got, wanted):
    if got != wanted:
        failures.append(f"{name}: {what} is {got}, h5py says {wanted}")


def run(*arguments):
    done = subprocess.run([cli, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        failures.append(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")
        return None
    return json.loads(done.stdout)


def micros(seconds):
    return np.rint(seconds * 1e6).astype(np.int64)


def columns(path):
    """t (µs, as the file counts), x, y, p (0/1), layout, or None where h5py cannot decode the events."""
    with h5py.File(path, "r") as h:
        if "CD/events" in h:
            return None
        if "prophesee" in h:
            g = h["prophesee/left"]
            return g["t"][:], g["x"][:], g["y"][:], g["p"][:] > 0, "m3ed"
        if "davis" in h:
            e = h["davis/left/events"][:]
            return micros(e[:, 2]), e[:, 0], e[:, 1], e[:, 3] > 0, "mvsec"
        if "raw_events" in h:
            g = h["raw_events"]
            return micros(g["t"][:]), g["x"][:], g["y"][:], g["p"][:] > 0, "raw-events"
        if "data" in h:
            e = h["data/0"][:]
            return e["t"], e["x"], e["y"], e["p"] > 0, "tonic"
        if isinstance(h["events"], h5py.Dataset):
            e = h["events"][:].astype(np.int64)
            return e[:, 0], e[:, 1], e[:, 2], e[:, 3] > 0, "v2e"
        g = h["events"]
        if "ts" in g:
            return micros(g["ts"][:]), g["xs"][:], g["ys"][:], g["ps"][:] > 0, "monash"
        layout = "dsec" if "ms_to_idx" in h else "rvt" if "height" in g else "evlib"
        return g["t"][:], g["x"][:], g["y"][:], g["p"][:] > 0, layout


def compare(path):
    name = os.path.basename(path)
    info = run("info", "--json", path)
    if info is None:
        return
    read = columns(path)
    if read is None:
        golden = json.load(open(os.path.join(folder, "golden.json")))[name]
        expect(name, "events", info["events"], golden["n"])
        window = run("window", "--json", "--start-us", "0", "--length-us", str(1 << 40), path)
        for key, wanted in (("events", "n"), ("sum_x", "sum_x"), ("sum_y", "sum_y"), ("sum_p", "sum_p"),
                            ("sum_dt_us", "sum_dt"), ("first", "first"), ("last", "last")):
            expect(name, key, window and window[key], golden[wanted])
        return
    t, x, y, p, layout = read
    t = t.astype(np.int64)
    x, y, p = (c.astype(np.int64) for c in (x, y, p))
    expect(name, "layout", info["layout"], layout)
    expect(name, "events", info["events"], len(t))
    expect(name, "t_first_us", info["t_first_us"], int(t[0]))
    expect(name, "t_last_us", info["t_last_us"], int(t[-1]))
    expect(name, "duration_us", info["duration_us"], int(t.max() - t.min()))
    if info["sensor"]["source"] == "scan":
        expect(name, "sensor", [info["sensor"]["width"], info["sensor"]["height"]],
               [int(x.max()) + 1, int(y.max()) + 1])
    expect(name, "events outside the sensor", bool((x >= info["sensor"]["width"]).any()), False)

    random.seed(name)
    span = int(t[-1] - t[0])
    windows = [(0, span + 1, None, "both"), (span + 10, 1000, None, "both")]
    for _ in range(8):
        length = random.choice([1, 100, 10_000, 250_000])
        roi = None
        if random.random() < 0.5:
            roi = (random.randrange(320), random.randrange(240), random.randrange(1, 320), random.randrange(1, 240))
        windows.append((random.randrange(span + 1), length, roi, random.choice(["both", "on", "off"])))
    for start, length, roi, polarity in windows:
        arguments = ["window", "--json", "--start-us", str(start), "--length-us", str(length)]
        keep = (t >= t[0] + start) & (t < t[0] + start + length)
        if roi:
            arguments += ["--roi", ",".join(map(str, roi))]
            keep &= (x >= roi[0]) & (x < roi[0] + roi[2]) & (y >= roi[1]) & (y < roi[1] + roi[3])
        if polarity != "both":
            arguments += ["--polarity", polarity]
            keep &= p == (1 if polarity == "on" else 0)
        got = run(*arguments, path)
        if got is None:
            continue
        rows = np.flatnonzero(keep)
        wanted = {
            "events": len(rows), "on": int(p[rows].sum()), "off": int((1 - p[rows]).sum()),
            "sum_x": int(x[rows].sum()), "sum_y": int(y[rows].sum()), "sum_p": int(p[rows].sum()),
            "sum_dt_us": int((t[rows] - t[0]).sum()),
            "first": [int(c[rows[0]]) for c in (t, x, y, p)] if len(rows) else None,
            "last": [int(c[rows[-1]]) for c in (t, x, y, p)] if len(rows) else None,
        }
        for key, value in wanted.items():
            expect(name, f"{' '.join(arguments[2:])} {key}", got[key], value)


def optimised(path, own):
    """The rewritten recording holds, for h5py and for us, what the original does."""
    name = "optimised " + os.path.basename(path)
    out = os.path.join(own, "optimised.h5")
    made = run("optimise", path, out, "--force", "--json")
    if made is None:
        return
    read = columns(path)
    with h5py.File(out, "r") as h:
        g = h["events"]
        t, x, y, p = (g[key][:] for key in "txyp")
        for key in "txyp":
            expect(name, f"filters of {key}", (g[key].shuffle, g[key].compression, g[key].compression_opts), (True, "gzip", 4))
        expect(name, "sensor", [int(h.attrs["width"]), int(h.attrs["height"])], sensor_of(path))
        if "ms_to_idx" in g:
            index = g["ms_to_idx"][:]
            expect(name, "time index", index.tolist(), np.searchsorted(t, np.arange(len(index)) * 1000).tolist())
        elif (np.diff(t) >= 0).all() and t.max() < 2_000_000_000:
            failures.append(f"{name}: there is no time index")
    if read is None:
        golden = json.load(open(os.path.join(folder, "golden.json")))[os.path.basename(path)]
        sums = {"n": len(t), "sum_x": int(x.sum()), "sum_y": int(y.sum()), "sum_p": int(p.sum()),
                "sum_dt": int((t - t[0]).sum()), "first": [int(c[0]) for c in (t, x, y, p)],
                "last": [int(c[-1]) for c in (t, x, y, p)]}
        for key, value in sums.items():
            expect(name, key, value, golden[key])
        return
    for key, mine, theirs in zip("txyp", (t, x, y, p), read):
        expect(name, f"{key} equal", bool(np.array_equal(mine.astype(np.int64), theirs.astype(np.int64))), True)


def sensor_of(path):
    sensor = run("info", "--json", path)["sensor"]
    return [sensor["width"], sensor["height"]]


def write_unsorted(path):
    """A recording whose times step back inside chunks and across them: no peer but brute force answers it."""
    rng = np.random.default_rng(5)
    n = 50_000
    t = np.arange(n, dtype=np.int64) * 7
    t[20_000:20_050] -= 90_000
    t[::97] += rng.integers(0, 60_000, len(t[::97]))
    with h5py.File(path, "w") as h:
        g = h.create_group("events")
        for key, values in (("t", t), ("x", rng.integers(0, 320, n).astype("u2")),
                            ("y", rng.integers(0, 240, n).astype("u2")), ("p", rng.integers(0, 2, n).astype("i1"))):
            g.create_dataset(key, data=values, chunks=(4096,), compression="gzip", compression_opts=1)
        h.attrs["width"], h.attrs["height"] = 320, 240


with tempfile.TemporaryDirectory() as own:
    unsorted = os.path.join(own, "unsorted.h5")
    write_unsorted(unsorted)
    files = [unsorted] + sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith((".h5", ".hdf5")))
    for recording in files:
        compare(recording)
        optimised(recording, own)
    print(f"{len(files)} recordings compared")
for failure in failures[:40]:
    print("FAILED", failure)
sys.exit(1 if failures else 0)
