"""A code as a picture, drawn without any imaging library beside the one that the till has."""

import cv2
import numpy as np
import qrcode

from pos_app.scanner.read import Image


def qr_picture(text: str, *, box: int = 8) -> Image:
    """A grey picture of a code with its white margin; one module is ``box`` pixels wide."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make()
    symbol = np.array(code.get_matrix(), dtype=np.uint8)
    return np.kron(1 - symbol, np.full((box, box), 255, np.uint8)).astype(np.uint8)


def held_up(text: str, *, width: int = 640, height: int = 480, box: int = 6) -> Image:
    """A camera's picture with the code in its middle."""
    square = cv2.cvtColor(qr_picture(text, box=box), cv2.COLOR_GRAY2BGR)
    picture = np.full((height, width, 3), 120, np.uint8)
    top, left = (height - square.shape[0]) // 2, (width - square.shape[1]) // 2
    picture[top : top + square.shape[0], left : left + square.shape[1]] = square
    return picture
