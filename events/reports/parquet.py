"""A Parquet file that is handed out while it is written."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pyarrow
from pyarrow import parquet

_MOMENT = pyarrow.timestamp("us", tz="UTC")
_TEXT = pyarrow.string()
SCHEMA = pyarrow.schema(
    [
        ("report_id", _TEXT),
        ("created_at", _MOMENT),
        ("program_id", _TEXT),
        ("event_id", _TEXT),
        ("client_id", _TEXT),
        ("client_name", _TEXT),
        ("report_name", _TEXT),
        ("resource_name", _TEXT),
        ("interval_id", pyarrow.int32()),
        ("starts_at", _MOMENT),
        ("ends_at", _MOMENT),
        ("payload_type", _TEXT),
        ("number", pyarrow.float64()),
        ("exact_number", _TEXT),
        ("text", _TEXT),
    ]
)


class Writer:
    """As a context; what is left when it ends is the `rest`."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._file = parquet.ParquetWriter(self._sink, SCHEMA, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._file.close()

    def written(self, columns: Mapping[str, Sequence[Any]]) -> bytes:
        """The bytes of one piece, each column a list of values."""
        numbers = columns["number"]
        arrays = {
            **columns,
            "number": [None if number is None else float(number) for number in numbers],
            "exact_number": [None if number is None else f"{number:f}" for number in numbers],
        }
        self._file.write_table(pyarrow.table(arrays, schema=SCHEMA))
        return self._sink.taken()

    def rest(self) -> bytes:
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """Takes bytes in, and gives them out once."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self._written += view
        self._position += view.nbytes
        return view.nbytes

    def taken(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
