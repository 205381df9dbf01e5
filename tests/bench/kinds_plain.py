"""Kinds of upload with one digit on one ground, of every ground and format, and pages with no digit or two."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from tests.bench.handwriting import printed, some_digit, text
from tests.bench.kinds_hard import squared
from tests.bench.paper import BALLPOINT, BLACK_PEN, MARKER, PENS, Sheet, encoded, on_desk, photographed, turned
from tests.bench.written import WOODS, Rng, Upload, centred, clean, page, scanned, some_pen, usual, write


def marker_scan(rng: Rng) -> Upload:
    digit = some_digit(rng)
    return Upload(
        scanned(0.98 - 0.85 * centred(digit.inked(int(rng.integers(250, 520)), rng.uniform(18, 60)), 800, 620, rng), rng),
        digit.label,
    )


def ballpoint_photo(rng: Rng) -> Upload:
    sheet = page(rng)
    digit, _ = write(sheet, (0.25, 0.6), rng.uniform(4, 7), BALLPOINT, rng.uniform(0.8, 1))
    sheet.lit(0.3)
    return Upload(photographed(sheet), digit.label)


def ballpoint_on_squares(rng: Rng) -> Upload:
    return squared(rng, BALLPOINT, (4, 8))


def large_on_ruled(rng: Rng) -> Upload:
    sheet = page(rng)
    sheet.ruled(rng.uniform(45, 75), (0.55, 0.65, 0.78), rng.uniform(1.5, 2.5), rng.uniform(0.4, 0.8))
    digit, _ = write(sheet, (0.55, 0.8), rng.uniform(9, 22), PENS[int(rng.integers(len(PENS)))])
    sheet.lit(0.25)
    return Upload(photographed(sheet), digit.label)


def pencil_on_grey(rng: Rng) -> Upload:
    grey = rng.uniform(0.6, 0.75)
    sheet = page(rng, (grey, grey, grey - 0.02))
    digit, _ = write(sheet, (0.3, 0.6), rng.uniform(7, 13), (grey - 0.3,) * 3, rng.uniform(0.85, 1))
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def whiteboard_glare(rng: Rng) -> Upload:
    sheet = Sheet(rng, 1000, 750, (0.82, 0.84, 0.85))
    digit, _ = write(sheet, (0.4, 0.65), rng.uniform(12, 20), PENS[int(rng.integers(len(PENS)))])
    y, x = np.mgrid[: sheet.height, : sheet.width].astype(float)
    far = np.hypot(
        (y - rng.uniform(0.1, 0.5) * 750) / rng.uniform(50, 120), (x - rng.uniform(0.1, 0.9) * 1000) / rng.uniform(60, 180)
    )
    sheet.picture += rng.uniform(0.2, 0.4) * np.exp(-(far**2))[..., None]
    return Upload(photographed(sheet), digit.label)


def chalk(rng: Rng) -> Upload:
    board = ((0.12, 0.22, 0.17), (0.15, 0.16, 0.17), (0.1, 0.12, 0.15))[int(rng.integers(3))]
    sheet = page(rng, board)
    digit, _ = write(sheet, (0.35, 0.65), rng.uniform(10, 20), (0.85, 0.86, 0.82), rng.uniform(0.75, 1))
    sheet.picture += rng.uniform(0, 0.03) * rng.normal(size=(sheet.height, sheet.width, 1))
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def low_light(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    sheet.lit(0.3)
    sheet.picture *= rng.uniform(0.25, 0.4)
    return Upload(photographed(sheet, noise=rng.uniform(0.02, 0.035), blur=1.0), digit.label)


def thin_line(rng: Rng) -> Upload:
    digit = some_digit(rng)
    return Upload(
        clean(1 - centred(digit.inked(int(rng.integers(200, 450)), rng.uniform(2, 5)), 600, 600, rng), rng), digit.label
    )


def dark_mode(rng: Rng) -> Upload:
    digit = some_digit(rng)
    ground, ink = rng.uniform(0, 0.15), rng.uniform(0.75, 1)
    field = centred(digit.inked(int(rng.integers(200, 420)), rng.uniform(10, 40)), 640, 480, rng)
    return Upload(clean(ground + (ink - ground) * field, rng), digit.label)


def printed_font(rng: Rng) -> Upload:
    """Black print, photographed or as it was on the screen."""
    sheet = page(rng)
    label, ink = printed(rng, int(rng.integers(200, 480)))
    if rng.random() < 0.5:
        return Upload(clean(1 - centred(ink, sheet.height, sheet.width, rng), rng), label)
    sheet.put(ink, (sheet.height - ink.shape[0]) // 2, (sheet.width - ink.shape[1]) // 2, BLACK_PEN)
    sheet.lit()
    return Upload(photographed(sheet), label)


def tight_crop(rng: Rng) -> Upload:
    """Cut close to the ink, here and there touching it."""
    digit = some_digit(rng)
    ink = digit.inked(int(rng.integers(180, 420)), rng.uniform(14, 42))
    room = [[int(rng.integers(0, 12)) for _ in range(2)] for _ in range(2)]
    picture = 0.95 - 0.8 * np.pad(ink, room)
    return Upload(clean(picture, rng) if rng.random() < 0.5 else scanned(picture, rng), digit.label)


def sticky_note(rng: Rng) -> Upload:
    paper = ((0.97, 0.9, 0.4), (0.95, 0.6, 0.7), (0.6, 0.85, 0.95), (0.7, 0.92, 0.5))[int(rng.integers(4))]
    sheet = page(rng, paper)
    digit, _ = write(sheet, (0.4, 0.65), rng.uniform(8, 18), (MARKER, BALLPOINT, BLACK_PEN)[int(rng.integers(3))])
    sheet.lit()
    return Upload(photographed(sheet), digit.label)


def fold(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    for _ in range(int(rng.integers(1, 3))):
        distance = sheet.edge(away=rng.uniform(-0.3, 0.3))
        depth = rng.uniform(0.06, 0.16) * (-1 if rng.random() < 0.4 else 1)
        sheet.picture *= 1 - depth * np.exp(-np.abs(distance) / rng.uniform(4, 25))[..., None]
        sheet.shaded(distance, rng.uniform(0.03, 0.1), 3)
    sheet.lit(0.2)
    return Upload(photographed(sheet), digit.label)


def rotated(rng: Rng) -> Upload:
    sheet, digit, _ = usual(rng)
    sheet.lit()
    turned(sheet, rng.uniform(-15, 15))
    return Upload(photographed(sheet), digit.label)


def white_on_transparent(rng: Rng) -> Upload:
    digit = some_digit(rng)
    opacity = centred(digit.inked(int(rng.integers(200, 450)), rng.uniform(12, 60)), 560, 560, rng)
    light = rng.uniform(0.85, 1, 3) if rng.random() < 0.5 else np.ones(3)
    colour = np.where(opacity[..., None] > 0, light, rng.choice([0.0, 1.0]))
    return Upload(encoded(np.dstack([colour, opacity])), digit.label)


def equal_luminance(rng: Rng) -> Upload:
    """Two hues of one luminance (ITU-R 601)."""
    digit = some_digit(rng)
    opacity = centred(digit.inked(int(rng.integers(240, 450)), rng.uniform(10, 40)), 600, 600, rng)[..., None]
    while True:
        paper, ink = rng.uniform(0.15, 0.95, (2, 3))
        ink += (paper - ink) @ (0.299, 0.587, 0.114)
        if ink.min() > 0.05 and ink.max() < 0.95 and np.abs(ink - paper).max() > 0.3:
            break
    picture = paper + (ink - paper) * opacity
    return Upload(encoded(picture) if rng.random() < 0.5 else encoded(picture, "JPEG", quality=92), digit.label)


def sixteen_bits(rng: Rng) -> Upload:
    """Numbers in a PNG of 16 bits that do not use all of them."""
    digit = some_digit(rng)
    field = centred(digit.inked(int(rng.integers(100, 400)), rng.uniform(8, 30)), 512, 512, rng)
    most = int(rng.choice([1, 255, 1023, 4095, 65535]))
    return Upload(
        _saved(Image.fromarray(np.rint(most * (field if rng.random() < 0.5 else 1 - field)).astype(np.uint16))), digit.label
    )


def zeros_and_ones(rng: Rng) -> Upload:
    digit = some_digit(rng)
    side = int(rng.choice([28, 64, 200, 512]))
    ink = digit.inked(round(0.7 * side), 0.09 * side)
    field = (centred(ink, side, side, rng) > 0.5) * int(rng.choice([1, 1, 3, 9]))
    return Upload(_saved(Image.fromarray(field.astype(np.uint8))), digit.label)


def axes(rng: Rng) -> Upload:
    """What a plotting library saves of a picture of 28 by 28 pixels: ticks, numbers beside them, a white margin."""
    digit = some_digit(rng)
    field = Image.fromarray(
        np.rint(255 * centred(digit.inked(200, 200 * rng.uniform(0.09, 0.12)), 280, 280, rng)).astype(np.uint8)
    )
    side = int(rng.integers(250, 420))
    shown = np.asarray(field.resize((28, 28), Image.Resampling.BOX).resize((side, side), Image.Resampling.NEAREST)) / 255
    shown = shown if rng.random() < 0.7 else 1 - shown
    margin = int(rng.integers(40, 70))
    figure = Image.fromarray(np.rint(255 * np.pad(shown, margin, constant_values=1)).astype(np.uint8))
    pen = ImageDraw.Draw(figure)
    pen.rectangle((margin, margin, margin + side, margin + side), outline=0)
    for k in range(0, 28, 5):
        at = margin + round((k + 0.5) * side / 28)
        pen.line((margin - 5, at, margin, at), fill=0)
        pen.line((at, margin + side, at, margin + side + 5), fill=0)
        number = Image.fromarray(np.rint(255 * (1 - text(str(k), 13))).astype(np.uint8))
        figure.paste(number, (margin - 10 - number.width, at - number.height // 2))
        figure.paste(number, (at - number.width // 2, margin + side + 8))
    return Upload(_saved(figure), digit.label)


def blank(rng: Rng) -> Upload:
    """No digit: an empty page, ruled or squared, folded, in a shadow, on a desk, or with a dark edge."""
    sheet = page(rng)
    for part in rng.choice(["empty", "ruled", "squared", "fold", "shadow", "desk", "specks"], 2, replace=False):
        if part in ("ruled", "squared"):
            distance, strength = rng.uniform(35, 75), rng.uniform(0.4, 0.9)
            sheet.ruled(distance, (0.55, 0.63, 0.75), 2, strength)
            if part == "squared":
                sheet.ruled(distance, (0.55, 0.63, 0.75), 2, strength, across=True)
            else:
                sheet.line(rng.uniform(0.07, 0.2) * sheet.width, (0.75, 0.35, 0.38), 2.5, across=True)
        elif part == "fold":
            sheet.picture *= 1 - rng.uniform(0.05, 0.12) * np.exp(-np.abs(sheet.edge()) / 8)[..., None]
        elif part == "shadow":
            sheet.shaded(sheet.edge(), rng.uniform(0.2, 0.5), rng.uniform(8, 60))
        elif part == "desk":
            on_desk(sheet, WOODS[int(rng.integers(len(WOODS)))], 0.2, rng.uniform(-8, 8))
        elif part == "specks":
            for _ in range(6):
                sheet.put(np.ones((6, 6)), int(rng.integers(sheet.height)), int(rng.integers(sheet.width)), MARKER)
    sheet.lit()
    return Upload(photographed(sheet), None)


def two_digits(rng: Rng) -> Upload:
    """Two of one size, side by side: the left one, or the larger one, is wanted."""
    sheet = Sheet(rng, 1000, 750) if rng.random() < 0.5 else page(rng)
    pen, ink = some_pen(rng)
    digits = [some_digit(rng), some_digit(rng)]
    height = rng.uniform(0.25, 0.35) * min(sheet.width, sheet.height)
    inked = [digit.inked(round(height), pen) for digit in digits]
    gap = rng.uniform(0.35, 0.7) * height
    left = (sheet.width - gap - inked[0].shape[1] - inked[1].shape[1]) / 2
    for one in inked:
        sheet.put(one, round((sheet.height - height) / 2 + rng.uniform(-0.05, 0.05) * height), round(left), ink)
        left += one.shape[1] + gap
    sheet.lit()
    return Upload(photographed(sheet), digits[0].label, second=True)


def _saved(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
