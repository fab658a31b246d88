#!/usr/bin/env python3
"""The reader beside Python's csv module, on generated files.

    differential.py write                   writes differential.jsonl, which tests/python.rs reads
    differential.py compare PROGRAM [FILES] runs the example `records` on that many files, and prints the differences

Python 3.11 or newer, as older versions refuse NUL. The files are the same in every run.
"""
import csv
import io
import json
import pathlib
import random
import struct
import subprocess
import sys

SEED = 4180
CASES = 400
BATCH = 2000
DELIMITERS = ",,,,;;;\t\t|: ^~a'"
WORDS = [
    "a", "Ana", "user@example.com", "é", "김민수", "山田", "👩‍👩‍👧", " ", "  x ", "\t", ",", ";", "|", "'t Hooft", "=1+1", "#", "\\",
    "\\\"", "\0", "\x0b", "\x0c", "\x1a", "\x1c", "\x1e", "\x85", "\u2028", "\u2029", "\u202e", "\ufeff", "NULL", "0", "x" * 70,
]
BREAKS = ["\n", "\r\n", "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "\r\r\n", "\n\r", "\r\r"]


def words(r, most):
    return "".join(r.choice(WORDS) for _ in range(r.randint(1, most)))


def quoted(r, delimiter):
    parts = [
        lambda: r.choice(WORDS), lambda: r.choice(WORDS), lambda: r.choice(BREAKS), lambda: delimiter, lambda: '"',
    ]
    text = "".join(r.choice(parts)() for _ in range(r.randint(0, 5)))
    return '"' + text.replace('"', '""') + '"'


def field(r, delimiter):
    kind = r.randrange(16)
    if kind < 3:
        return ""
    if kind < 9:
        return words(r, 2)
    if kind < 13:
        return quoted(r, delimiter)
    # What RFC 4180 does not define: quotes in the middle, text around quotes, a quote that is not closed.
    if kind == 13:
        return words(r, 1) + quoted(r, delimiter) + words(r, 1)
    if kind == 14:
        return quoted(r, delimiter) + words(r, 1) + r.choice(["", '"', '""'])
    return r.choice(['"', '""', '"""', '""""', '"a', 'a"', '"a"b', '"a""', '" "', ' "a"'])


def table(r, delimiter):
    text = ""
    for _ in range(r.randint(0, 8)):
        kind = r.randrange(12)
        if kind == 0:
            text += "".join(r.choice([r.choice(WORDS), delimiter, '"', r.choice(BREAKS)]) for _ in range(r.randint(0, 14)))
        elif kind == 1:
            text += r.choice([delimiter, delimiter * 3, '""', " ", ""]) + r.choice(BREAKS)
        else:
            text += delimiter.join(field(r, delimiter) for _ in range(r.randint(1, 6)))
            text += delimiter * r.choice([0, 0, 0, 1, 3]) + r.choice(BREAKS)
    if r.randrange(3) == 0:
        text = text.rstrip("\r\n")
    if r.randrange(12) == 0:
        text += delimiter + '"' + words(r, 3)
    return text


def generated(r):
    """Bytes, the delimiter, and whether quotes are understood."""
    delimiter = r.choice(DELIMITERS)
    data = table(r, delimiter).encode()
    if r.randrange(10) == 0:
        data = b"\xef\xbb\xbf" + data
    if r.randrange(10) == 0:
        for _ in range(r.randint(1, 4)):
            at = r.randint(0, len(data))
            data = data[:at] + bytes([r.randrange(0x80, 0x100)]) + data[at:]
    # On purpose different: Excel's own first line is no record.
    if data.removeprefix(b"\xef\xbb\xbf")[:4].lower() == b"sep=":
        data = b"x" + data
    return data, delimiter, r.randrange(8) != 0


def expected(data, delimiter, quotes):
    text = data.decode("utf-8-sig", errors="replace")
    csv.field_size_limit(1 << 30)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    )
    # On purpose different: a blank line is no record.
    return [record for record in reader if record]


def write():
    r = random.Random(SEED)
    path = pathlib.Path(__file__).with_name("differential.jsonl")
    with path.open("w", encoding="ascii", newline="\n") as file:
        for _ in range(CASES):
            data, delimiter, quotes = generated(r)
            case = {"delimiter": delimiter, "quotes": quotes}
            try:
                case["text"] = data.decode()
            except UnicodeDecodeError:
                case["bytes"] = list(data)
            case["records"] = expected(data, delimiter, quotes)
            file.write(json.dumps(case, separators=(",", ":")) + "\n")


def compare(program, files):
    r = random.Random(SEED + 1)
    compared = records = different = 0
    while compared < files:
        batch = [generated(r) for _ in range(min(BATCH, files - compared))]
        frames = b"".join(
            struct.pack("<cBI", delimiter.encode(), quotes, len(data)) + data for data, delimiter, quotes in batch
        )
        answers = subprocess.run([program], input=frames, stdout=subprocess.PIPE, check=True).stdout.splitlines()
        assert len(answers) == len(batch), f"{len(answers)} answers for {len(batch)} files"
        for (data, delimiter, quotes), answer in zip(batch, answers):
            wanted, read = expected(data, delimiter, quotes), json.loads(answer)
            records += len(wanted)
            if wanted != read:
                different += 1
                if different <= 10:
                    print(f"delimiter {delimiter!r}, quotes {quotes}: {data!r}\n  Python {wanted}\n  roster {read}")
        compared += len(batch)
    print(f"{compared} files, {records} records, {different} different")
    return different == 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write"]:
            write()
        case ["compare", program, *files]:
            sys.exit(not compare(program, int(files[0]) if files else 200_000))
        case _:
            sys.exit(__doc__)
