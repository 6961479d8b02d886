"""Something of every kind that a network may have, by the names under which paths ask for it."""

from tests.builders.callers import key_headers
from tests.builders.office import Office


async def ids_of(other: Office) -> dict[str, str]:
    """By the name of a place in a path: something of another network that is really there."""
    guest = await other.guest(points=50)
    campaign = await other.campaign()
    await key_headers(other, "vip:use")
    ids = {
        "restaurant_id": other.restaurant,
        "guest_id": guest,
        "campaign_id": campaign.id,
        "key_id": await other.value("SELECT id FROM api_keys"),
        "card_id": await other.value("SELECT id FROM cards"),
        "code_id": await other.code(campaign),
        "batch_id": await other.value(
            "INSERT INTO mail_batches (network_id, batch_size, delay_s) VALUES ($1, 1, 1) RETURNING id",
            other.network,
        ),
        "staff_id": await other.value("SELECT min(id) FROM staff"),
        "till_id": (await other.till()).who.till,
        "shift_id": await other.value(
            """INSERT INTO shifts (network_id, event, till_id, restaurant_id, number, currency, opened_at)
            VALUES ($1, gen_random_uuid(), 1, 1, 1, 'EUR', now()) RETURNING event""",
            other.network,
        ),
        "session_id": await other.value("SELECT id FROM sessions LIMIT 1"),
    }
    return {name: str(number) for name, number in ids.items()}
