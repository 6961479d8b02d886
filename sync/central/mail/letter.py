"""A letter with a code: plain text, HTML, and the code as a QR picture inside it."""

from email.message import EmailMessage
from html import escape

import msgspec

from sync.central.qr_codes import qr_png

PICTURE_ID = "code@countersign"


class CodeLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter says. ``until`` is a day as text, empty for a code that does not expire."""

    to: str
    network: str
    code: str
    name: str
    max_uses: int | None
    until: str = ""


def compose(letter: CodeLetter) -> EmailMessage:
    """Write a letter; nothing of it is loaded from anywhere when it is read."""
    mail = EmailMessage()
    mail["To"] = letter.to
    mail["Subject"] = f"{' '.join(letter.network.split())}: your VIP code"
    lines = _lines(letter)
    mail.set_content("\n".join([f"Your VIP code at {letter.network}:", "", f"    {letter.code}", "", *lines]))
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    mail.add_alternative(
        f"""<!doctype html><html lang="en"><body style="font-family:sans-serif;color:#1a1a1a;background:#fff">
<h1 style="font-size:20px">Your VIP code at {escape(letter.network)}</h1>
<p style="font-size:28px;font-family:monospace;letter-spacing:2px">{escape(letter.code)}</p>
<p><img src="cid:{PICTURE_ID}" alt="The code {escape(letter.code)} as a QR code" width="232" height="232"></p>
{said}</body></html>""",
        subtype="html",
    )
    page = mail.get_payload()[1]  # type: ignore[index]  # a mail with an alternative has parts
    page.add_related(  # type: ignore[union-attr]  # as above
        qr_png(letter.code),
        "image",
        "png",
        cid=f"<{PICTURE_ID}>",
        filename="code.png",
        disposition="inline",
    )
    return mail


def _lines(letter: CodeLetter) -> list[str]:
    lines = [letter.name] if letter.name else []
    if letter.max_uses is not None:
        times = "once" if letter.max_uses == 1 else f"{letter.max_uses} times"
        lines.append(f"It can be used {times}.")
    if letter.until:
        lines.append(f"It is valid until {letter.until}.")
    lines.append("Show it at the counter, or type it when you order.")
    return lines
