"""The Linguist files: `check` that they are complete, `update` them with what the source says now.

Three kinds of texts are collected from the source: `self.tr("…")` (its context is the class), calls of a
module's own function around `QCoreApplication.translate`, and the sentences of errors for a person, with
their particulars as `{0}`, `{1}`.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
FACE = ("pos_app/ui",)
ERRORS = (
    "pos_app/receipts", "pos_app/scanner", "pos_app/settings.py", "pos_app/ui", "pos_app/usecases", "pos_app/bootstrap.py",
    "sync/protocol", "sync/rules", "sync/till",
)  # fmt: skip
"""What may reach the face; commands without a window speak English."""
ERROR_TYPES = {
    "UserError",
    "OfficeError",
    "Unreachable",
    "Mismatch",
    "Refused",
    "KeyLost",
    "LeaseShort",
    "Stop",
}
SAYERS = {"Reopened"}
"""What carries a sentence without being an error."""
SAID = {"sentence", "advice"}
ERROR_CONTEXT = "UserError"
PLURALS = {"en": 2, "ru": 3}
SAME_IN_RUSSIAN = {"VIP", "https://office.example.org"}
"""Texts that are the same in both languages on purpose."""

_SENTENCE, _ADVICE = 1, 2


@dataclass(frozen=True, order=True)
class Message:
    """One text of the source. ``plural`` when it holds ``%n``."""

    context: str
    source: str
    plural: bool = False


def main() -> int:
    """Check or update; 1 when something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("check", "update"), nargs="?", default="check")
    action = parser.parse_args().action
    wanted = sorted(collect())
    problems: list[str] = []
    for language in PLURALS:
        if action == "update":
            update(language, wanted)
        problems += check(language, wanted)
    print("\n".join(problems), file=sys.stderr)
    print(f"{len(wanted)} texts, {len(problems)} problems")
    return 1 if problems else 0


def collect() -> set[Message]:
    """Collect every text from the source."""
    found: set[Message] = set()
    constants = _constants()
    for tree in _trees(FACE):
        found.update(_face_texts(tree))
    for tree in _trees(ERRORS):
        found.update(_error_texts(tree, constants))
    return found


def check(language: str, wanted: list[Message]) -> list[str]:
    """Name what a language lacks: texts, plural forms, particulars, words of its own."""
    have = read(language)
    problems = []
    for message in wanted:
        forms = have.pop((message.context, message.source), None)
        where = f"{language}: {message.context}: {message.source!r}"
        if language == "en" and not message.plural:
            continue
        if not forms or not all(forms):
            problems.append(f"{where} is not translated")
            continue
        if message.plural and len(forms) != PLURALS[language]:
            problems.append(f"{where} needs {PLURALS[language]} plural forms")
        if any(_places(form) != _places(message.source) for form in forms):
            problems.append(f"{where} has other {{particulars}} than its source")
        if language != "en" and message.source in forms and message.source not in SAME_IN_RUSSIAN:
            problems.append(f"{where} is the same in both languages")
    problems += [f"{language}: {context}: {source!r} is said nowhere" for context, source in have]
    return problems


def read(language: str) -> dict[tuple[str, str], list[str]]:
    """Read a Linguist file; unfinished messages have no forms."""
    file = FOLDER / f"{language}.ts"
    if not file.exists():
        return {}
    have: dict[tuple[str, str], list[str]] = {}
    for context in ET.parse(file).getroot().iter("context"):  # noqa: S314 - a file of this repository
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            forms: list[str] = []
            if translation is not None and translation.get("type") is None:
                plural = [form.text or "" for form in translation.iter("numerusform")]
                forms = plural or [translation.text or ""]
            have[name, message.findtext("source") or ""] = forms
    return have


def update(language: str, wanted: list[Message]) -> None:
    """Write a Linguist file anew: kept translations, new messages unfinished, vanished ones dropped."""
    have = read(language)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context in sorted({message.context for message in wanted}):
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for message in wanted:
            if message.context == context:
                lines += _message(message, have.get((message.context, message.source), []), language)
        lines.append("</context>")
    lines.append("</TS>")
    (FOLDER / f"{language}.ts").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _message(message: Message, forms: list[str], language: str) -> Iterator[str]:
    if language == "en" and not message.plural:
        # English is the source: only its plurals need a file.
        return
    yield '    <message numerus="yes">' if message.plural else "    <message>"
    yield f"        <source>{escape(message.source)}</source>"
    unfinished = "" if forms and all(forms) else ' type="unfinished"'
    if message.plural:
        yield f"        <translation{unfinished}>"
        for form in (forms + [""] * PLURALS[language])[: PLURALS[language]]:
            yield f"            <numerusform>{escape(form)}</numerusform>"
        yield "        </translation>"
    else:
        yield f"        <translation{unfinished}>{escape(forms[0] if forms else '')}</translation>"
    yield "    </message>"


def _trees(folders: tuple[str, ...]) -> Iterator[ast.Module]:
    for folder in folders:
        place = ROOT / folder
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield ast.parse(file.read_text(encoding="utf-8"))


def _face_texts(tree: ast.Module) -> Iterator[Message]:
    """Texts of `self.tr(…)` in classes, and of the module's own speaking functions."""
    for klass in [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]:
        for call in _calls(klass):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "tr" and _literal(call, 0):
                yield _of(klass.name, _literal(call, 0))
    speakers = dict(_speakers(tree))
    for call in _calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in speakers and _literal(call, 0):
            yield _of(speakers[call.func.id], _literal(call, 0))


def _speakers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions whose body hands a text to `QCoreApplication.translate` under a context of the module."""
    names = {target.id: value for target, value in _assignments(tree)}
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        for call in _calls(function):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "translate":
                context = call.args[0]
                if isinstance(context, ast.Name):
                    context = names[context.id]
                if isinstance(context, ast.Constant):
                    yield function.name, str(context.value)


def _error_texts(tree: ast.Module, constants: dict[str, str]) -> Iterator[Message]:
    """Sentences of errors, of findings, and those that wait in a variable of that name until they are said."""
    for node in ast.walk(tree):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call):
            said = _said_by(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            said = [node.value] if name in SAID or name.endswith("_WARNING") else []
        for each in said:
            text = _template(each, constants)
            if text:
                yield Message(ERROR_CONTEXT, text)


def _said_by(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ERROR_TYPES or attribute == "__init__":
        return call.args[_SENTENCE : _ADVICE + 1]
    if attribute == "append" and isinstance(call.func, ast.Attribute):
        owner = call.func.value
        return call.args if isinstance(owner, ast.Attribute) and owner.attr == "findings" else []
    return [keyword.value for keyword in call.keywords if keyword.arg in SAID and name in SAYERS]


def _template(node: ast.expr, constants: dict[str, str]) -> str:
    """Return a sentence with its particulars numbered; empty when it is put together elsewhere."""
    if isinstance(node, ast.Name):
        return constants.get(node.id, "")
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    text, number = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            inner = part.value
            if isinstance(inner, ast.Name) and inner.id in constants:
                text += constants[inner.id]
            else:
                text += f"{{{number}}}"
                number += 1
    return text


def _constants() -> dict[str, str]:
    """Sentences that stand under a name of their own, and are used under it."""
    return {
        target.id: value.value
        for tree in _trees(ERRORS)
        for target, value in _assignments(tree)
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value
    }


def _assignments(tree: ast.Module) -> Iterator[tuple[ast.Name, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0], node.value


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _literal(call: ast.Call, place: int) -> str:
    node = call.args[place] if place < len(call.args) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _of(context: str, text: str) -> Message:
    return Message(context, text, plural="%n" in text)


def _places(text: str) -> list[str]:
    """List the particulars of a text: `{name}` and `%n`."""
    return sorted([piece.partition("}")[0] for piece in text.split("{")[1:]] + ["%n"] * text.count("%n"))


if __name__ == "__main__":
    raise SystemExit(main())
