"""One picture in, its QR codes out."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from pos_app.scanner.attempts import ATTEMPTS, Doubt
from pos_app.scanner.crowd import is_crowded
from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.region import Region, apart, around, middle, moved, whole
from pos_app.scanner.zbar import look_again
from pos_app.scanner.zxing import Sight, look

MAX_RETRIED_REGIONS = 3
"""Places tried again in one picture, the largest first."""
MAX_SEEN = 16
"""Where more is seen than this and not read, nobody holds one code up: nothing is tried again."""
SEARCH_ALL_EVERY = 3
"""While codes stay where they were, the rest of every third picture is searched too."""
FOLLOW_SHARE = 0.4
"""A code is looked for again where it was, and this share of its size around."""
RETRY_SHARE = 0.3
"""What is tried again reaches this share of its size beyond what was seen, to hold its white margin."""
GLANCE_EVERY = 2
"""Of the pictures in which nothing was seen, the first and every second one after it are looked at in another size."""
HARDER_EVERY = 60
"""The first picture in which nothing was seen, and each such one after it, is searched harder."""
SMALL_PIXELS = 400_000
"""A picture up to VGA is small enough to be doubled each time."""
LAST_START = 0.7
"""No attempt begins later than at this share of the deadline, so that the last one ends before it."""
LOOKS_LEFT = 2
"""Nor later than so many times what the first look took before the deadline: where much stands, all takes longer."""
_PLAIN_SIDE = 64
MAX_RETRIED_PIXELS = 160_000
"""A larger part of a camera's picture is tried again in a smaller size: no attempt on so many takes 10 ms."""


class Decoder:
    """Reads QR codes, and tries harder where one is seen but not read, within a deadline.

    Where codes were read in the last picture they are looked for first, and mostly only there, so one
    decoder belongs to one thread and one camera; a single picture wants a new one. ``thorough`` tries
    harder on the whole of a picture in which nothing was read: for pictures that a person chose. ``follows``
    is for a camera: the first picture is not searched harder, for what that takes is not loaded yet.
    """

    def __init__(
        self,
        *,
        deadline_ms: float = 33,
        thorough: bool = False,
        follows: bool = False,
        clock_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        # What OpenCV does here takes a fraction of a millisecond: sharing it out among threads costs more than it
        # saves, and takes the other core from the window.
        cv2.setNumThreads(1)
        self._deadline_ms = deadline_ms
        self._thorough = thorough
        self._clock_s = clock_s
        self._last: list[Region] = []
        self._shape: tuple[int, ...] = ()
        self._since_all = 0
        self._glances = int(follows)
        self.unread: tuple[Corners, ...] = ()
        """Where codes were seen in the last picture that no attempt could read."""

    def get_ready(self) -> None:
        """Load and work out, once, what only hard pictures need: the first of them shall not wait a tenth of a second."""
        plain = np.full((_PLAIN_SIDE, _PLAIN_SIDE), 255, np.uint8)
        for attempt in ATTEMPTS:
            attempt(Doubt(plain, _corners_of(whole(plain))))

    def decode(self, frame: Image) -> list[Read]:
        """Return the codes in a picture, each once; none is an empty list, never an error."""
        began_s = self._clock_s()
        grey = _grey(frame)
        if grey.shape != self._shape:
            self._last, self._shape = [], grey.shape
        self.unread = ()
        reads = self._follow(grey) or self._search(grey, began_s)
        self._last = [around(read.corners, grey, share=FOLLOW_SHARE) for read in reads]
        return reads

    def _follow(self, grey: Image) -> list[Read]:
        """Look where the codes of the last picture were; nothing when one of them is not there."""
        if not self._last or self._since_all + 1 >= SEARCH_ALL_EVERY:
            return []
        if sum(region.area for region in self._last) > grey.size:
            # A sheet full of codes: searching all of it takes no longer.
            return []
        self._since_all += 1
        reads: list[Read] = []
        for region in self._last:
            here = look(region.cut(grey)).reads
            if not here:
                return []
            _add(reads, [_placed(read, region, 0) for read in here])
        return reads

    def _search(self, grey: Image, began_s: float) -> list[Read]:
        self._since_all = 0
        look_began_s = self._clock_s()
        sight = look(grey)
        look_s = self._clock_s() - look_began_s
        deadline_s = self._deadline_ms / 1000
        last_start_s = began_s + min(LAST_START * deadline_s, deadline_s - LOOKS_LEFT * look_s)
        reads: list[Read] = []
        _add(reads, sight.reads)
        if not reads and not sight.unread:
            sight = self._glance(grey, last_start_s, look_s)
            _add(reads, sight.reads)
        for region, corners in self._doubtful(grey, sight.unread, reads):
            more = self._retry(grey, region, corners, last_start_s)
            if not more:
                self.unread = (*self.unread, corners)
            _add(reads, more)
        return reads

    def _glance(self, grey: Image, last_start_s: float, look_s: float) -> Sight:
        """Look once more at a picture in which nothing was seen, in another size.

        Half the size costs a third of the first look and finds every fourth code that it missed, those
        behind the stripes of a screen; twice the size finds every second one, but costs two looks, and
        zbar, which sees some through glare, costs as much. A code is held for many pictures and an empty
        counter is seen all day, so not every picture is worth that. ``look_s`` is what the first look took:
        a picture full of fine things takes longer, in every size.
        """
        number = self._glances
        self._glances += 1
        if number % GLANCE_EVERY:
            return Sight((), ())
        harder = number % HARDER_EVERY == 0
        small = grey.size <= SMALL_PIXELS
        looks = (_DOUBLED, _HALVED, _ASKED) if small else (_HALVED, _DOUBLED, _ASKED)
        sight = Sight((), ())
        for again, times in looks if harder else looks[:1]:
            if sight.reads or sight.unread or self._clock_s() + times * look_s >= last_start_s:
                break
            sight = again(grey)
        return sight

    def _doubtful(
        self, grey: Image, unread: Sequence[Corners], reads: Sequence[Read]
    ) -> list[tuple[Region, Corners]]:
        """Return the places worth trying again: where something was seen that no read explains."""
        if len(unread) > MAX_SEEN and not self._thorough:
            self.unread = tuple(unread[:MAX_SEEN])
            return []
        read_at = [around(read.corners, grey, share=0) for read in reads]
        open_ones = [corners for corners in unread if not any(at.holds(middle(corners)) for at in read_at)]
        places = apart(open_ones, grey, share=RETRY_SHARE, limit=MAX_RETRIED_REGIONS)
        if self._thorough and not reads:
            everything = whole(grey)
            places.append((everything, _corners_of(everything)))
        return places

    def _retry(self, grey: Image, region: Region, corners: Corners, last_start_s: float) -> list[Read]:
        part = region.cut(grey)
        scale = 1.0 if self._thorough else min(1.0, math.sqrt(MAX_RETRIED_PIXELS / part.size))
        if scale < 1:
            part = _resized(part, scale)
        doubt = Doubt(part, moved(corners, by=(-region.left * scale, -region.top * scale), scale=1 / scale))
        if not self._thorough and doubt.crowded:
            return []
        for number, attempt in enumerate(ATTEMPTS, start=1):
            if self._clock_s() >= last_start_s:
                break
            reads = attempt(doubt)
            if reads:
                return [_placed(read, region, number, scale) for read in reads]
        return []


def _halved(grey: Image) -> Sight:
    return _look_at_scale(grey, 0.5)


def _doubled(grey: Image) -> Sight:
    return _look_at_scale(grey, 2.0)


def _second_opinion(grey: Image) -> Sight:
    """Let zbar look, at half the size where a picture is large: it takes ten times as long as zxing-cpp."""
    scale = 1.0 if grey.size <= SMALL_PIXELS else 0.5
    smaller = _resized(grey, scale)
    return Sight(() if is_crowded(smaller) else _scaled(look_again(smaller), scale), ())


_HALVED, _DOUBLED, _ASKED = (_halved, 1), (_doubled, 4), (_second_opinion, 4)
"""Ways to look again, and how many times as long as the first look each may take."""


def _look_at_scale(grey: Image, scale: float) -> Sight:
    sight = look(_resized(grey, scale))
    unread = tuple(moved(corners, by=(0, 0), scale=scale) for corners in sight.unread)
    return Sight(_scaled(sight.reads, scale), unread)


def _scaled(reads: Sequence[Read], scale: float) -> tuple[Read, ...]:
    return tuple(
        replace(read, corners=moved(read.corners, by=(0, 0), scale=scale), retries=1) for read in reads
    )


def _resized(grey: Image, scale: float) -> Image:
    method = cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA
    size = [max(1, round(side * scale)) for side in (grey.shape[1], grey.shape[0])]
    resized = cv2.resize(grey, size, interpolation=method)
    return np.ascontiguousarray(resized, dtype=np.uint8)


def _grey(frame: Image) -> Image:
    """Return the picture in grey; converting here is faster than letting the reader do it."""
    coloured = frame.shape[2:] == (3,)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if coloured else frame, dtype=np.uint8)


def _placed(read: Read, region: Region, retries: int, scale: float = 1.0) -> Read:
    corners = moved(read.corners, by=(region.left, region.top), scale=scale)
    return replace(read, corners=corners, retries=retries)


def _add(reads: list[Read], more: Sequence[Read]) -> None:
    """Add the reads that are not there yet: one code can be seen in two overlapping places."""
    known = {(read.text or read.raw) for read in reads}
    for read in more:
        if (read.text or read.raw) not in known:
            known.add(read.text or read.raw)
            reads.append(read)


def _corners_of(region: Region) -> Corners:
    return (
        (region.left, region.top),
        (region.right, region.top),
        (region.right, region.bottom),
        (region.left, region.bottom),
    )
