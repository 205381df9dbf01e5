"""A small file as an address of its own, which a browser opens without asking for it (RFC 2397)."""

from base64 import b64encode

SVG = "image/svg+xml"


def data_url(file: bytes, media_type: str = "image/png") -> str:
    """The address: the file's bytes in base64 behind their media type."""
    return f"data:{media_type};base64,{b64encode(file).decode()}"
