"""Passwords and PINs, kept as argon2id hashes in PHC form."""

import asyncio
import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.rules.user_error import UserError

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 1_000
MIN_PIN_DIGITS = 4
MAX_PIN_DIGITS = 8

_PIN = re.compile(rf"[0-9]{{{MIN_PIN_DIGITS},{MAX_PIN_DIGITS}}}")

_passwords = PasswordHasher()
# A PIN is tried against each person who could be meant, on a till's small processor; what protects its few
# digits is the encrypted file and the lock-out. These are OWASP's lowest argon2id parameters.
_pins = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


async def hash_password(password: str) -> str:
    """Hash a new password; raises :class:`UserError` ``password_unfit``. Takes tens of milliseconds."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise UserError(
            "password_unfit",
            f"A password has between {MIN_PASSWORD_CHARS} and {MAX_PASSWORD_CHARS:,} characters.",
            "Choose a longer one; several words do well.",
        )
    return await asyncio.to_thread(_passwords.hash, password)


async def hash_pin(pin: str) -> str:
    """Hash a new PIN; raises :class:`UserError` ``pin_unfit``."""
    if not _PIN.fullmatch(pin):
        raise UserError(
            "pin_unfit", f"A PIN has {MIN_PIN_DIGITS} to {MAX_PIN_DIGITS} digits.", "Choose another PIN."
        )
    return await asyncio.to_thread(_pins.hash, pin)


async def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash the same time is taken, so that nobody learns who exists."""
    if len(password) > MAX_PASSWORD_CHARS:
        return False
    right = await asyncio.to_thread(_matches, hashed or await _nobodys_hash(), password)
    return right and hashed is not None


async def is_pin_of(hashes: list[str], pin: str) -> bool:
    """Whether a PIN is one of these already."""
    return await asyncio.to_thread(lambda: any(_matches(hashed, pin) for hashed in hashes))


def _matches(hashed: str, secret: str) -> bool:
    try:
        return _passwords.verify(hashed, secret)
    except (VerificationError, InvalidHashError):
        return False


_nobody: list[str] = []


async def _nobodys_hash() -> str:
    if not _nobody:
        _nobody.append(await asyncio.to_thread(_passwords.hash, "nobody"))
    return _nobody[0]
