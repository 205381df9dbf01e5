"""Text that came from outside, made fit to stand in a sentence: nothing in it is read as Markdown, as HTML or as a command."""

from re import sub

_MARKUP = str.maketrans(dict.fromkeys("`[]<>*$~\\|#&{}@", " "))
# A colon before a word begins an icon (:material/home:), an emoji or an address; an underscore at a word's edge begins or ends
# emphasis, and inside a word it is a letter; "www." is made a link.
_COLON, _EDGE, _HOST = r":(?=\S)", r"(?<![^\W_])_+|_+(?![^\W_])", r"(?i)\bwww\."


def plain(text: str, most: int) -> str:
    """The text on one line without markup, links, icons and invisible characters, cut to `most` characters."""
    seen = "".join(c if c.isprintable() else " " for c in text[: 4 * most + 100].translate(_MARKUP))
    for markup in (_COLON, _EDGE, _HOST):
        seen = sub(markup, " ", seen)
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
