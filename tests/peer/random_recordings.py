#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""perihelion-cli window on random small recordings, compared with a brute-force look at their events.

usage: random_recordings.py PERIHELION_CLI [NUMBER [SEED]]
Every recording has a random layout, number types, byte order, chunk size, filter and disorder of times.
Ends with 77 (skipped) when h5py is missing, with 1 in that case when CI is set.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    import h5py
    import hdf5plugin
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}; install python3-h5py and python3-hdf5plugin")
    sys.exit(1 if os.environ.get("CI") else 77)

cli = sys.argv[1]
number = int(sys.argv[2]) if len(sys.argv) > 2 else 60
first_seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
folder = tempfile.TemporaryDirectory(prefix="perihelion-random-")
environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder.name, "cache"))
environment.pop("DISPLAY", None)
failures = []


def filter_of(rng):
    """Keyword arguments of create_dataset for a random filter pipeline."""
    kind = rng.randrange(8)
    level = rng.randrange(1, 10)
    shuffle = dict(shuffle=rng.random() < 0.5, fletcher32=rng.random() < 0.2)
    if kind == 0:
        return shuffle
    if kind == 1:
        return dict(compression="gzip", compression_opts=level, **shuffle)
    if kind == 2:
        return dict(compression="lzf", **shuffle)
    if kind == 3:
        name = rng.choice(["blosclz", "lz4", "lz4hc", "zlib", "zstd"])
        return dict(**hdf5plugin.Blosc(cname=name, clevel=level, shuffle=rng.randrange(3)))
    if kind == 4:
        return dict(**hdf5plugin.LZ4(nbytes=rng.choice([0, 128, 1000])))
    if kind == 5 and h5py.h5z.filter_avail(32008):
        return dict(**hdf5plugin.Bitshuffle(nelems=rng.choice([0, 64])))
    if kind == 6 and h5py.h5z.filter_avail(32015):
        return dict(**hdf5plugin.Zstd(clevel=level))
    return dict(compression="gzip", compression_opts=0)


def storage_of(rng, rows):
    """Contiguous, or chunks of a random length that need not divide the rows, with a random filter."""
    if rng.random() < 0.15:
        return {}
    chunk = rng.choice([1 + rng.randrange(7), 1 + rng.randrange(200), 1 + rng.randrange(2 * rows), rows])
    chunk = max(chunk, rows // 300 + 1)
    growing = dict(maxshape=(None,)) if chunk > rows or rng.random() < 0.3 else {}
    return dict(chunks=(chunk,), **growing, **filter_of(rng))


def events_of(rng, nprng):
    rows = rng.choice([1, 2, 3, 10, 257, 1000, 1 + rng.randrange(8000)])
    span = rng.choice([1, 50, 10_000, 5_000_000])
    t = np.sort(nprng.integers(0, span, rows)).astype(np.int64)
    disorder = rng.randrange(5)
    if disorder == 0:
        swaps = nprng.integers(0, rows, (max(1, rows // 50), 2))
        t[swaps[:, 0]] = t[swaps[:, 1]]
    elif disorder == 1:
        t[rows // 3:2 * rows // 3] -= span // 4
    t += rng.choice([0, 0, 0, -span // 2, 4_000_000_000, 1_600_000_000_000_000])
    x = nprng.integers(0, 640, rows)
    y = nprng.integers(0, 480, rows)
    p = nprng.integers(0, 2, rows)
    return t, x, y, p


def write_columns(rng, path, group, names, events, kinds, streams=("",)):
    read = {}
    with h5py.File(path, "w", libver=rng.choice([None, "latest"]), userblock_size=rng.choice([0, 0, 512])) as h:
        for stream in streams:
            columns = []
            for name, values, kind in zip(names, events, kinds):
                stored = values.astype(kind)
                storage = storage_of(rng, len(stored))
                if rng.random() < 0.1 and "maxshape" not in storage and "chunks" in storage:
                    stored = stored.reshape(-1, 1)
                    storage["chunks"] += (1,)
                h.create_dataset(f"{group}{stream}/{name}", data=stored, **storage)
                columns.append(stored.reshape(-1))
            read[stream] = columns
    return read


def write_table(rng, path, name, events, order, kind):
    table = np.stack([events["txyp".index(c)] for c in order], 1).astype(kind)
    with h5py.File(path, "w", libver=rng.choice([None, "latest"])) as h:
        storage = storage_of(rng, len(table))
        if "chunks" in storage:
            storage["chunks"] = (min(storage["chunks"][0], len(table)), rng.choice([1, 2, 3, 4]))
            storage.pop("maxshape", None)
        h.create_dataset(name, data=table, **storage)
    return [table[:, order.index(c)] for c in "txyp"]


def write_records(rng, path, name, events):
    members = [("t", rng.choice(["i8", ">i8", "u8"] if events[0].min() >= 0 else ["i8", ">i8"])),
               ("x", rng.choice(["u2", ">u2", "i4"])), ("y", rng.choice(["u2", "i2"])), ("p", rng.choice(["?", "i1", "u1"])),
               ("extra", rng.choice(["f4", "i8"])), ("nested", [("a", "i4"), ("b", "f8", (2,))])]
    rng.shuffle(members)
    records = np.zeros(len(events[0]), np.dtype(members, align=rng.random() < 0.5))
    for key, values in zip("txyp", events):
        records[key] = values
    with h5py.File(path, "w") as h:
        h.create_dataset(name, data=records, **{k: v for k, v in storage_of(rng, len(records)).items()})
    return [records[c] for c in "txyp"]


def integers_for(rng, t):
    """Types that hold these times without loss, as whole microseconds."""
    kinds = ["i8", ">i8"]
    if t.min() >= 0:
        kinds.append("u8")
        if t.max() < 1 << 32:
            kinds += ["u4", ">u4"]
    return rng.choice(kinds)


def write(rng, nprng, path):
    """Writes a recording; the columns as stored, the stream that was written (or ""), the unit of a float time."""
    events = events_of(rng, nprng)
    t = events[0]
    pixel = lambda: rng.choice(["u2", "i2", ">u2", "i4", "u4", "f4", "f8", "i8"])  # noqa: E731
    polarity = lambda: rng.choice(["i1", "u1", "?", "i2", "f4", "u2"])  # noqa: E731
    layout = rng.choice(["evlib", "monash", "m3ed", "mvsec", "v2e", "raw", "generic", "compound", "tonic"])
    kinds = (integers_for(rng, t), pixel(), pixel(), polarity())
    if layout == "evlib":
        names = rng.choice([("t", "x", "y", "p"), ("timestamps", "x_pos", "y_pos", "polarity"), ("T", "X", "Y", "P")])
        return write_columns(rng, path, "events", names, events, kinds)[""], "", layout
    if layout == "monash":
        seconds = (t / 1e6, *events[1:])
        kinds = (rng.choice(["f8", ">f8"]), pixel(), pixel(), polarity())
        return write_columns(rng, path, "events", ("ts", "xs", "ys", "ps"), seconds, kinds)[""], "", layout
    if layout == "m3ed":
        both = write_columns(rng, path, "prophesee/", ("t", "x", "y", "p"), events, kinds, ("left", "right"))
        stream = rng.choice(["left", "right"])
        return both[stream], stream, layout
    if layout == "raw":
        return write_columns(rng, path, "raw_events", ("t", "x", "y", "p"), events, kinds)[""], "", layout
    if layout == "generic":
        names = ("t", "x", "y", "p")
        return write_columns(rng, path, "recording/camera_0/", names, events, kinds)[""], "", layout
    if layout == "mvsec":
        signed = (t / 1e6, *events[1:3], 2 * events[3] - 1)
        return write_table(rng, path, "davis/left/events", signed, "xytp", rng.choice(["f8", ">f8"])), "", layout
    if layout == "v2e":
        kind = rng.choice(["i8", ">i8", "f8"] if t.min() < 0 or t.max() >= 1 << 32 else ["u4", "i8", "u8", ">u4"])
        scaled = (t / 1e6, *events[1:]) if kind == "f8" else events
        return write_table(rng, path, "events", scaled, "txyp", kind), "", layout
    name = "data/0" if layout == "tonic" else "events"
    return write_records(rng, path, name, events), "", layout


def micros(column):
    if column.dtype.kind == "f":
        return np.rint(column.astype(np.float64) * 1e6).astype(np.int64)
    return column.astype(np.int64)


def check(seed):
    rng, nprng = random.Random(seed), np.random.default_rng(seed)
    path = os.path.join(folder.name, f"seed {seed}.h5")
    columns, stream, layout = write(rng, nprng, path)
    t = micros(columns[0])
    x, y = (np.rint(c).astype(np.int64) if c.dtype.kind == "f" else c.astype(np.int64) for c in columns[1:3])
    p = (columns[3] > 0).astype(np.int64)
    origin, span = int(t[0]), int(t.max() - t.min())
    for trial in range(3):
        start = rng.choice([0, int(t.min()) - origin - 5, int(t[rng.randrange(len(t))]) - origin])
        length = rng.choice([1, 1 + rng.randrange(span + 1), span + 10])
        arguments = ["window", "--json", f"--start-us={start}", f"--length-us={length}"]
        keep = (t >= origin + start) & (t < origin + start + length)
        if rng.random() < 0.4:
            roi = [rng.randrange(500), rng.randrange(400), rng.randrange(1, 300), rng.randrange(1, 300)]
            arguments += ["--roi", ",".join(map(str, roi))]
            keep &= (x >= roi[0]) & (x < roi[0] + roi[2]) & (y >= roi[1]) & (y < roi[1] + roi[3])
        wanted_polarity = rng.choice(["both", "both", "on", "off"])
        if wanted_polarity != "both":
            arguments += ["--polarity", wanted_polarity]
            keep &= p == (1 if wanted_polarity == "on" else 0)
        if stream:
            arguments += ["--stream", stream]
        if trial == 0:
            arguments += ["--index", rng.choice(["none", "rebuild"])]
        rows = np.flatnonzero(keep)
        wanted = {
            "events": len(rows), "on": int(p[rows].sum()), "sum_x": int(x[rows].sum()), "sum_y": int(y[rows].sum()),
            "sum_dt_us": int((t[rows] - origin).sum()), "missing_events": 0,
            "first": [int(c[rows[0]]) for c in (t, x, y, p)] if len(rows) else None,
            "last": [int(c[rows[-1]]) for c in (t, x, y, p)] if len(rows) else None,
        }
        done = subprocess.run([cli, *arguments, path], env=environment, capture_output=True, text=True)
        told = f"seed {seed} ({layout}): {' '.join(arguments[2:])}"
        if done.returncode != 0:
            failures.append(f"{told}: exit {done.returncode}: {done.stderr.strip()}")
            continue
        got = json.loads(done.stdout)
        for key, value in wanted.items():
            if got[key] != value:
                failures.append(f"{told}: {key} is {got[key]}, brute force says {value}")
    if not os.environ.get("KEEP"):
        os.remove(path)


for seed in range(first_seed, first_seed + number):
    check(seed)
print(f"{number} random recordings compared")
for failure in failures[:40]:
    print("FAILED", failure)
sys.exit(1 if failures else 0)
