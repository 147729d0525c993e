# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings as a researcher's folder may hold them: damaged, odd, or not recordings at all.

usage: write_damaged_recordings.py FOLDER
"""
import os
import sys

import h5py
import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(3)
DEFLATE = dict(chunks=(1000,), compression="gzip", compression_opts=1)


def at(name):
    return os.path.join(folder, name)


def events(count=5000):
    return {"t": np.sort(rng.integers(0, 1_000_000, count)).astype("i8"), "x": rng.integers(0, 640, count).astype("u2"),
            "y": rng.integers(0, 480, count).astype("u2"), "p": rng.integers(0, 2, count).astype("i1")}


def write(name, columns, group="events", attributes=(), **storage):
    with h5py.File(at(name), "w") as h:
        for key, values in columns.items():
            growing = dict(maxshape=(None,)) if storage.get("chunks", (0,))[0] > len(values) else {}
            h.create_dataset(f"{group}/{key}", data=values, **storage, **growing)
        h.attrs.update(dict(attributes))


def changed(name, key, change):
    columns = events()
    columns[key] = change(columns[key])
    write(name, columns, **DEFLATE)


def with_value(index, value):
    def change(values):
        values[index] = value
        return values
    return change


def table(name, order, kind):
    columns = events()
    with h5py.File(at(name), "w") as h:
        h["events"] = np.stack([columns[key].astype("i8") for key in order], 1).astype(kind)


good = events()
write("good.h5", good, attributes=dict(width=640, height=480).items(), **DEFLATE)
whole = open(at("good.h5"), "rb").read()
for name, content in (("text.h5", b"no HDF5 file\n" * 50), ("empty.h5", b""), ("truncated.h5", whole[:len(whole) // 2])):
    open(at(name), "wb").write(content)
deflate = b"\x01\x00\x08\x00\x01\x00\x01\x00deflate\x00"
open(at("unknown_filter.h5"), "wb").write(whole.replace(deflate, b"\xbc\x02\x08\x00\x00\x00\x01\x00mystery\x00"))
with h5py.File(at("no_events.h5"), "w") as h:
    h["image/pixels"] = np.zeros((4, 4))
write("zero.h5", events(0), **DEFLATE)
write("one.h5", events(1), **DEFLATE)
for key in "txyp":
    columns = events()
    del columns[key]
    write(f"no_{key}.h5", columns, **DEFLATE)
changed("unequal.h5", "x", lambda x: x[:4000])
changed("empty_column.h5", "y", lambda y: y[:0])
changed("nan.h5", "t", lambda t: with_value([0, 77, 4999], np.nan)(t / 1e6))
changed("only_nan.h5", "t", lambda t: t * np.nan)
changed("negative.h5", "t", lambda t: t - 500_000)
changed("far_times.h5", "t", with_value([0, 10, 4999], [-2**63, -2**63 + 1, 2**63 - 1]))
changed("outlier.h5", "x", with_value(5, 65_000))
changed("float_pixels.h5", "x", lambda x: with_value(7, np.nan)(x.astype("f4")))
write("huge_sensor.h5", events(), attributes=dict(width=65536, height=65536).items(), **DEFLATE)
for name, change in (("unit_ns.h5", ("ns", 1000)), ("unit_unknown.h5", ("fortnights", 1))):
    changed(name, "t", lambda t: t * change[1])
    with h5py.File(at(name), "a") as h:
        h["events/t"].attrs["units"] = change[0]
for order in ("txyp", "xytp"):
    for kind in (">i4", "u4", "f4"):
        table(f"table_{order}_{kind.replace('>', 'b')}.h5", order, kind)
with h5py.File(at("transposed.h5"), "w") as h:
    h["events"] = np.stack([v.astype("i8") for v in events().values()])
with h5py.File(at("row_columns.h5"), "w") as h:
    for key, values in events().items():
        h["events/" + key] = values.reshape(1, -1)
with h5py.File(at("variable_members.h5"), "w") as h:
    members = [("x", "u2"), ("y", "u2"), ("t", "i8"), ("p", "?"), ("name", h5py.string_dtype())]
    records = np.zeros(50, np.dtype(members))
    for key, values in events(50).items():
        records[key] = values
    records["name"] = "frame"
    h["events"] = records
with h5py.File(at("absurd_chunked.h5"), "w") as h:
    for key in "txyp":
        h.create_dataset("events/" + key, shape=(2**40,), chunks=(1000,), dtype="i8")
with h5py.File(at("absurd_contiguous.h5"), "w") as h:
    for key in "txyp":
        h.create_dataset("events/" + key, shape=(2**50,), dtype="i8")
with h5py.File(at("absurd_chunk.h5"), "w") as h:
    for key in "txyp":
        h.create_dataset("events/" + key, shape=(2**28,), chunks=(2**28,), dtype="i8")
with h5py.File(at("never_written.h5"), "w") as h:
    for key in "txyp":
        h.create_dataset("events/" + key, shape=(10_000,), chunks=(1000,), dtype="i8")
with h5py.File(at("missing_chunks.h5"), "w") as h:
    for key, values in good.items():
        kept = h.create_dataset("events/" + key, shape=(5000,), chunks=(1000,), dtype=values.dtype)
        kept[:2000], kept[4000:] = values[:2000], values[4000:]
with h5py.File(at("good.h5"), "r") as h:
    chunk = h["events/x"].id.get_chunk_info(2)
damaged = bytearray(whole)
damaged[chunk.byte_offset:chunk.byte_offset + 40] = b"\xff" * 40
open(at("corrupt_chunk.h5"), "wb").write(damaged)
with h5py.File(at("two_streams.h5"), "w") as h:
    for stream, count in (("left", 3000), ("right", 4000)):
        for key, values in events(count).items():
            h[f"prophesee/{stream}/{key}"] = values
with h5py.File(at("still_open.h5"), "w", libver="latest") as h:
    h["events/t"] = np.arange(3)
    h.flush()
    open(at("left_open.h5"), "wb").write(open(at("still_open.h5"), "rb").read())
write("a name with\na line break µ.h5", events(), **DEFLATE)
write("link_target.h5", events(), **DEFLATE)
with h5py.File(at("linking.h5"), "w") as h:
    h["events"] = h5py.ExternalLink("link_target.h5", "/events")
os.mkdir(at("folder.h5"))
os.mkfifo(at("pipe.h5"))
os.symlink("loop_b.h5", at("loop_a.h5"))
os.symlink("loop_a.h5", at("loop_b.h5"))
os.symlink("nowhere", at("dangling.h5"))
