#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an HDF5 file with the same columns through many filters of h5py and hdf5plugin.

usage: write_filtered_fixtures.py OUT.h5
/expected/NAME holds the values unfiltered; /filtered/... names its twin in the attribute "expected".
Filters that this Python has not are left out.
"""
import sys

import h5py
import hdf5plugin
import numpy as np

COUNT = 25_013
CHUNK = 4_000


def columns():
    random = np.random.default_rng(5)
    time = np.cumsum(random.integers(0, 40, COUNT)).astype("<i8")
    record = np.zeros(COUNT, dtype=[("x", "<i2"), ("y", "<i2"), ("t", "<i8"), ("p", "?")])
    record["x"] = random.integers(0, 640, COUNT)
    record["t"] = time
    record["p"] = random.integers(0, 2, COUNT)
    return {
        "t": time,
        "x": np.clip(random.normal(600, 80, COUNT), 0, 1279).astype("<u2"),
        "p": random.integers(0, 2, COUNT).astype("i1"),
        "seconds": time.astype("<f8") * 1e-6,
        "big": time.astype(">i4"),
        "record": record,
    }


def pipelines():
    yield "deflate", {"compression": "gzip", "compression_opts": 4}
    yield "shuffle_deflate_fletcher", {"compression": "gzip", "shuffle": True, "fletcher32": True}
    yield "fletcher", {"fletcher32": True}
    yield "lzf", {"compression": "lzf"}
    yield "shuffle_lzf", {"compression": "lzf", "shuffle": True}
    yield "lz4", dict(hdf5plugin.LZ4())
    yield "lz4_blocks", dict(hdf5plugin.LZ4(nbytes=2048))
    yield "zstd", dict(hdf5plugin.Zstd())
    yield "shuffle_zstd", {"shuffle": True, **hdf5plugin.Zstd()}
    for elements in (0, 64, 1024):
        for codec in ("none", "lz4", "zstd"):
            yield f"bitshuffle_{codec}_{elements}", dict(hdf5plugin.Bitshuffle(nelems=elements, cname=codec))
    for codec in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
        for shuffle in (0, 1, 2):
            yield f"blosc_{codec}_{shuffle}", dict(hdf5plugin.Blosc(cname=codec, clevel=5, shuffle=shuffle))


def available(options):
    filter_id = options.get("compression")
    return not isinstance(filter_id, int) or h5py.h5z.filter_avail(filter_id)


def main():
    values = columns()
    with h5py.File(sys.argv[1], "w") as file:
        for name, column in values.items():
            file.create_dataset(f"expected/{name}", data=column)
        for filters, options in filter(lambda pipeline: available(pipeline[1]), pipelines()):
            for name, column in values.items():
                made = file.create_dataset(f"filtered/{filters}/{name}", data=column, chunks=(CHUNK,), **options)
                made.attrs["expected"] = f"/expected/{name}"
        behind_scaleoffset = (("plain", {}), ("deflate", {"compression": "gzip"}), ("lzf", {"compression": "lzf"}),
                              ("lz4", dict(hdf5plugin.LZ4())), ("blosc", dict(hdf5plugin.Blosc())))
        for name in ("t", "x", "p"):
            for filters, options in filter(lambda pipeline: available(pipeline[1]), behind_scaleoffset):
                made = file.create_dataset(f"library/scaleoffset_{filters}/{name}", data=values[name],
                                           chunks=(CHUNK,), scaleoffset=0, **options)
                made.attrs["expected"] = f"/expected/{name}"


main()
