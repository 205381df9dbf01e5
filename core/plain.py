"""Text that came from outside, made fit to stand in a sentence: nothing in it is read as Markdown, as HTML or as a command."""

_MARKUP = str.maketrans(dict.fromkeys("`[]<>*$~\\|#&{}", " "))


def plain(text: str, most: int) -> str:
    """The text on one line without markup, links and invisible characters, cut to `most` characters."""
    seen = "".join(c if c.isprintable() else " " for c in text[: 4 * most + 100].translate(_MARKUP).replace("://", " "))
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
