"""When in the day a promo code is good, as document 002 has it: one window in a zone, on or off.

Hours that are switched off are kept beside the campaign (``campaigns.idle_hours``), so that whoever switches them on
again finds them; tills hear of hours that hold only.
"""

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.services.networks import fit_zone
from sync.rules.campaign import ActiveHours, Campaign
from sync.rules.campaign_faults import window_faults
from sync.rules.fault import refuse

WHOLE_DAY = ActiveHours(start="00:00", end="23:59")
UTC = "UTC"


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When in the day a code is good, both ends included; an end before the start crosses midnight."""

    enabled: bool
    start_time: str
    end_time: str
    timezone: str


class HoursAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours as they are to be. What is not named stays; a new code's are off, the whole day, in UTC.

    Times are HH:MM. The whole day is 00:00 to 23:59, or no hours at all.
    """

    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    start_time: str | msgspec.UnsetType = msgspec.UNSET
    end_time: str | msgspec.UnsetType = msgspec.UNSET
    timezone: str | msgspec.UnsetType = msgspec.UNSET


class KeptHours(NamedTuple):
    """The hours of a campaign: several windows where a campaign's own form has made them so."""

    enabled: bool
    windows: tuple[ActiveHours, ...]
    zone: str

    @property
    def idle(self) -> tuple[ActiveHours, ...]:
        """What waits to be switched on again."""
        return () if self.enabled else self.windows

    @property
    def holding(self) -> tuple[ActiveHours, ...]:
        """What holds, for the campaign's rules."""
        return self.windows if self.enabled else ()

    def shown(self) -> Hours:
        """Return them as the document writes them; codes from before there were any are good all day."""
        first = self.windows[0] if self.windows else WHOLE_DAY
        return Hours(
            enabled=self.enabled, start_time=first.start, end_time=first.end, timezone=self.zone or UTC
        )

    def changed(self, asked: HoursAsked) -> "KeptHours":
        """Return them as they are to be; raises :class:`UserError` for a time or a zone that is none.

        Whoever sends back the window that was shown keeps further windows and weekdays, which the document has not.
        """
        now = self.shown()
        enabled, start, end, zone = (
            getattr(now, name) if getattr(asked, name) is msgspec.UNSET else getattr(asked, name)
            for name in HoursAsked.__struct_fields__
        )
        windows = self.windows
        if (start, end) != (now.start_time, now.end_time) or (enabled and not windows):
            windows = (ActiveHours(start=start, end=end),)
        refuse("campaign_contradicts", [fault for window in windows for fault in window_faults(window)])
        return KeptHours(enabled, windows, fit_zone(zone))


def hours_of(campaign: Campaign, idle: Sequence[object]) -> KeptHours:
    """Return a campaign's hours; ``idle`` is the column that keeps those which are off."""
    zone = campaign.zone or UTC
    if campaign.active_hours:
        return KeptHours(enabled=True, windows=tuple(campaign.active_hours), zone=zone)
    return KeptHours(enabled=False, windows=msgspec.convert(idle, tuple[ActiveHours, ...]), zone=zone)


async def read_hours(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> KeptHours:
    """Return a campaign's hours."""
    idle = await connection.fetchval(
        "SELECT idle_hours FROM campaigns WHERE network_id = $1 AND id = $2", network_id, campaign.id
    )
    return hours_of(campaign, idle)


async def keep_idle(
    connection: asyncpg.Connection, network_id: int, campaign_id: int, hours: KeptHours
) -> None:
    """Keep the hours that are off, in the transaction that saves the campaign; of those that hold nothing is idle."""
    await connection.execute(
        "UPDATE campaigns SET idle_hours = $3 WHERE network_id = $1 AND id = $2",
        network_id,
        campaign_id,
        msgspec.to_builtins(hours.idle),
    )
