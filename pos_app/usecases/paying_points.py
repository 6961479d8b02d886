"""Paying a part of a bill with points: what is possible, by the balance that this till knows."""

from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import Priced
from sync.rules.points_rules import PointsRules
from sync.rules.rewards import PartPayment, pay_with_points


def points_offer(desk: Desk, priced: Priced, *, spoken_for: int = 0) -> PartPayment:
    """Say how many points could pay how much of a priced bill; nothing without a guest.

    ``spoken_for`` points of the guest go elsewhere on the same bill (for a reward).
    """
    guest = priced.guest
    if guest is None or guest.blocked:
        return PartPayment()
    settings = desk.settings()
    rules = settings.points if settings is not None else PointsRules()
    return pay_with_points(
        wanted=None,
        balance=guest.points - spoken_for,
        due_minor=priced.paid_minor,
        point_value_minor=rules.value_minor(priced.currency),
        most_bp=rules.most_bp,
    )


def part_payment(desk: Desk, priced: Priced, points: int, *, spoken_for: int = 0) -> PartPayment:
    """Take exactly so many points into the payment, besides those that are spoken for.

    Raises ``UserError`` ``points_need_guest`` or ``too_many_points`` (more than the guest has, than the bill
    comes to, or than the network lets points pay). That no point is spent twice is the lease's business.
    """
    if points <= 0:
        return PartPayment()
    if priced.guest is None:
        raise spoken_error("points_need_guest", desk.language)
    offer = points_offer(desk, priced, spoken_for=spoken_for)
    if points > offer.points:
        raise spoken_error("too_many_points", desk.language, most=offer.points)
    return PartPayment(points=points, amount_minor=offer.amount_minor // offer.points * points)
