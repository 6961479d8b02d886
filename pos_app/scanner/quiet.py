"""Keep OpenCV and FFmpeg from writing to the till's stderr: we say ourselves what went wrong."""

import os

import cv2

_FFMPEG_QUIET = "-8"
"""AV_LOG_QUIET of FFmpeg, as OpenCV's environment variable wants it."""


def quiet_opencv() -> None:
    """Silence both libraries; a person who set the variables for a diagnosis keeps what they asked for.

    Missing cameras, truncated films and odd pictures are ordinary here and become sentences of ours.
    FFmpeg's level is read by OpenCV when the first film is opened, hence by environment.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _FFMPEG_QUIET)
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
