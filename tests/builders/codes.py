"""Pictures with QR codes in them, as flat as a printer makes them."""

from pathlib import Path

import cv2
import numpy as np
import qrcode

from pos_app.scanner.read import Image


def code_picture(content: str | bytes, *, module_px: int = 5) -> Image:
    """Return one code in black on white with its margin of four modules, in grey."""
    symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4)
    mode = qrcode.util.MODE_8BIT_BYTE if isinstance(content, bytes) else None
    symbol.add_data(qrcode.util.QRData(content, mode=mode), optimize=0)
    modules = np.where(np.array(symbol.get_matrix()), 0, 255).astype(np.uint8)
    large = cv2.resize(modules, None, fx=module_px, fy=module_px, interpolation=cv2.INTER_NEAREST)
    return np.asarray(large, dtype=np.uint8)


def table_with(*placed: tuple[Image, int, int], shade: int = 150) -> Image:
    """Return a 720p picture of a grey table with pictures laid on it at (x, y), in colour."""
    table = np.full((720, 1280), shade, np.uint8)
    for picture, x, y in placed:
        height, width = picture.shape
        table[y : y + height, x : x + width] = picture
    return np.asarray(cv2.cvtColor(table, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def write_film(path: Path, pictures: list[Image], *, fps: float = 120) -> Path:
    """Write a small film that shows these colour pictures one after the other."""
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, (width, height)
    )
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path
