"""Texts that are no trouble-free JSON, as KATCP has them on the wire, and what they are in katgate's JSON."""

from typing import Any


def base64(text: str) -> dict[str, str]:
    return {"base64": text}


#: As KATCP has it on the wire, and what it is in JSON, wherever text stands.
TEXTS: list[tuple[bytes, Any]] = [
    (b"\\@", ""),
    (b"\\0", "\0"),
    (b"a\\_b\\nc\\rd\\te\\ef\\\\g", "a b\nc\rd\te\x1bf\\g"),
    (b"\x01\x08\x0b\x0c\x1f\x7f", "\x01\x08\x0b\x0c\x1f\x7f"),
    ("\x85\u2028\u2029\ufeff\U0001f4e1".encode(), "\x85\u2028\u2029\ufeff\U0001f4e1"),
    (b"\"'</script>&\\\\u0000", "\"'</script>&\\u0000"),
    (b"NaN", "NaN"),
    (b"1" + b"0" * 30, "1" + "0" * 30),
    (b"\xff\xfe", base64("//4=")),
    (b"caf\xe9", base64("Y2Fm6Q==")),
    (b"\xed\xa0\x80", base64("7aCA")),  # half a surrogate pair
    (b"\xc0\x80", base64("wIA=")),  # NUL, longer than it may be
    (b"\xf4\x90\x80\x80", base64("9JCAgA==")),  # beyond Unicode
    (b"\xe2\x82", base64("4oI=")),  # cut short
]

#: The same where there is only text: what people read.
WORDS = [
    (raw, shown if isinstance(shown, str) else raw.decode("utf-8", "backslashreplace"))
    for raw, shown in TEXTS
]
