"""The page's types are those of the API."""

from collections.abc import Sequence
from typing import Annotated, Any

import pytest
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from katgate.katcp.json_values import Base64
from katgate.katcp.reading import Status
from web.wire_types import GENERATED, interface, typescript


def test_committed_file_is_what_would_be_written() -> None:
    """`python web/wire_types.py` makes it so again."""
    assert typescript() == GENERATED.read_text()


class Always(Struct, tag_field="kind", tag="always"):
    """Members that are there whatever their value.

    But one.
    """

    text: str
    count: int | float | None = None
    raw: Raw = Raw()
    held: list[Annotated[Raw, Meta(extra={"holds": "Thing"})]] = []
    unset: bool | UnsetType = UNSET


class Sometimes(Struct, omit_defaults=True, rename="camel"):
    """Members that are left out."""

    first_of_all: str
    words: Sequence[str | Base64] = ()
    counts: dict[Status, int] = {}
    inner: dict[str, list[Always]] | None = None


def test_types_as_typescript_has_them() -> None:
    """By JSON's names; what may be left out is optional, what is null is null, and nothing can be changed."""
    assert [
        "/**",
        " * Members that are there whatever their value.",
        " *",
        " * But one.",
        " */",
        "export interface Always {",
        '  readonly kind: "always";',
        "  readonly text: string;",
        "  readonly count: number | null;",
        "  readonly raw: unknown;",
        "  readonly held: readonly Thing[];",
        "  readonly unset?: boolean;",
        "}",
    ] == interface(Always).splitlines()
    assert [
        "/** Members that are left out. */",
        "export interface Sometimes {",
        "  readonly firstOfAll: string;",
        "  readonly words?: readonly (string | Base64)[];",
        "  readonly counts?: Readonly<Partial<Record<Status, number>>>;",
        "  readonly inner?: Readonly<Record<string, readonly Always[]>> | null;",
        "}",
    ] == interface(Sometimes).splitlines()


def test_type_that_is_not_known_here() -> None:
    """A new kind of member is not written as anything."""

    class Strange(Struct):
        """Odd."""

        member: tuple[int, Any]

    with pytest.raises(TypeError, match="tuple"):
        interface(Strange)
