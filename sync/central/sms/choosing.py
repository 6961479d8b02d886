"""Which provider sends text messages: read from the environment once, when the office starts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from sync.central.sms.console import ConsoleSms
from sync.central.sms.gateway import Form, HttpSms
from sync.central.sms.mail import DIGITS, MailSms
from sync.central.sms.port import Sms
from sync.rules.user_error import UserError

SMS_VARIABLE = "COUNTERSIGN_SMS"
"""``console``, ``http`` or ``smtp``; without it no text messages are sent, and no guest can register by phone."""
_SCHEMES = {"http": ("http", "https"), "smtp": ("smtp", "smtps")}


def choose_sms(environment: Mapping[str, str]) -> Sms | None:
    """Return the provider that is set up, None for none; raises :class:`UserError` ``sms_unfit``.

    ``COUNTERSIGN_SMS_URL``, ``_FROM``, ``_FORM`` (form or json), ``_USER``, ``_PASSWORD``, ``_TOKEN`` and ``_TO``
    say the rest.
    """
    kind = environment.get(SMS_VARIABLE, "").strip().lower()
    if not kind:
        return None
    if kind == "console":
        return ConsoleSms()
    if kind not in _SCHEMES:
        raise _unfit(
            f"{SMS_VARIABLE} is “{kind[:20]}”, which is no way to send text messages.",
            "Choose console, http or smtp.",
        )
    url, sender = _of(environment, "URL"), _of(environment, "FROM")
    if urlsplit(url).scheme not in _SCHEMES[kind] or not urlsplit(url).hostname or not sender:
        raise _unfit(
            f"{SMS_VARIABLE}_URL or {SMS_VARIABLE}_FROM is missing or does not fit.",
            f"The address begins with {' or '.join(f'{scheme}://' for scheme in _SCHEMES[kind])}.",
        )
    if kind == "smtp":
        to = _of(environment, "TO")
        if DIGITS not in to or "@" not in to:
            raise _unfit(f"{SMS_VARIABLE}_TO does not fit.", f"Write it as in {DIGITS}@sms.example.com.")
        return MailSms(url=url, sender=sender, to=to)
    form = _of(environment, "FORM") or Form.JSON.value
    if form not in set(Form):
        raise _unfit(f"{SMS_VARIABLE}_FORM does not fit.", "Choose form or json.")
    return HttpSms(
        url=url,
        sender=sender,
        form=Form(form),
        user=_of(environment, "USER"),
        password=_of(environment, "PASSWORD"),
        token=_of(environment, "TOKEN"),
    )


def _of(environment: Mapping[str, str], name: str) -> str:
    return environment.get(f"{SMS_VARIABLE}_{name}", "").strip()


def _unfit(sentence: str, advice: str) -> UserError:
    return UserError("sms_unfit", sentence, advice)
