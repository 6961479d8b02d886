"""Sentences of :class:`UserError` in the language of the face.

Errors are raised with English sentences, deep in rooms that know no language. The Linguist files hold
each of them as a template (``The picture {0} could not be opened: {1}.``); a sentence that fits one is
said in the other language with the same particulars.
"""

import re
from collections.abc import Mapping

from sync.rules.user_error import UserError

CONTEXT = "UserError"
"""The context under which the sentences stand in the Linguist files."""

_PLACE = re.compile(r"\{(\d+)\}")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


class ErrorText:
    """Finds the other language's words for the sentences of errors."""

    def __init__(self, messages: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self._exact: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        sources = [(source, forms[0]) for (context, source), forms in messages.items() if context == CONTEXT]
        # The template with the most words of its own is tried first: the more it says, the surer it fits.
        for source, words in sorted(sources, key=lambda pair: -len(_PLACE.sub("", pair[0]))):
            if not _PLACE.sub("", source).strip(" .:,"):
                # A template without words of its own would fit everything.
                continue
            if _PLACE.search(source):
                self._patterns.append((_pattern(source), words))
            else:
                self._exact[source] = words

    def say(self, error: UserError) -> tuple[str, str]:
        """Return the sentence and the advice of an error."""
        return self.of(error.sentence), self.of(error.advice)

    def of(self, text: str) -> str:
        """Return a text in the language of the face; as it came where nobody translated it.

        Several sentences in a row, as ``str(error)`` has them, are found one after the other.
        """
        known = self._known(text)
        return text if known is None else known

    def _known(self, text: str) -> str | None:
        # The parts first: a template that ends in a place would take the next sentence for its particular.
        for end in _SENTENCE_END.finditer(text):
            first = self._one(text[: end.start()])
            rest = self._known(text[end.end() :]) if first is not None else None
            if first is not None and rest is not None:
                return f"{first} {rest}"
        return self._one(text)

    def _one(self, sentence: str) -> str | None:
        if not sentence or sentence in self._exact:
            return self._exact.get(sentence, sentence)
        for pattern, words in self._patterns:
            match = pattern.fullmatch(sentence)
            if match:
                return self._filled(words, match)
        return None

    def _filled(self, words: str, match: re.Match[str]) -> str:
        return _PLACE.sub(lambda place: self.of(match.groupdict().get(f"p{place[1]}") or ""), words)


def _pattern(template: str) -> re.Pattern[str]:
    """Turn a template into an expression in which each place is a named group."""
    parts: list[str] = []
    at = 0
    for place in _PLACE.finditer(template):
        parts += [re.escape(template[at : place.start()]), f"(?P<p{place[1]}>.*?)"]
        at = place.end()
    return re.compile("".join([*parts, re.escape(template[at:])]), re.DOTALL)
