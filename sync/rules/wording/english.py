"""What the till says in English."""

from sync.rules.reasons import Reason
from sync.rules.wording.entry import Entry

_HINT_OFFICE = "Ask the office, or sell without this code."
_RETYPE = "Enter the amount as it stands on the bill, for example 12.50."

ENGLISH: dict[Reason, Entry] = {
    Reason.OK: Entry(headline="Accepted", sentence="This code is good."),
    Reason.CARD_OK: Entry(headline="Card accepted", sentence="This card belongs to a guest."),
    Reason.UNKNOWN_CODE: Entry(
        headline="Unknown code",
        sentence="No code like this exists in this network.",
        advice="Check that the whole code was scanned or typed, then try once more.",
    ),
    Reason.NOT_LOADED: Entry(
        headline="Not loaded yet",
        sentence="This till has not yet received the list in which this code would stand.",
        advice="Connect the till to the office, wait until loading has finished, then scan again.",
    ),
    Reason.UNREADABLE_CODE: Entry(
        headline="Unreadable",
        sentence="What was scanned is not a code.",
        advice="Scan again, or type the code that is printed below the picture.",
    ),
    Reason.OTHER_NETWORK: Entry(
        headline="Not ours",
        sentence="This code was issued by another network.",
        advice="Ask the guest for a code or card of this network.",
    ),
    Reason.FORGED_CODE: Entry(
        headline="Not genuine",
        sentence="The signature on this code is not genuine.",
        advice="Do not accept it; keep a note and tell the shift manager.",
    ),
    Reason.NOT_VALID: Entry(
        headline="Not valid",
        sentence="This code cannot be used.",
        advice="Check the code, or ask at the counter.",
    ),
    Reason.INACTIVE: Entry(
        headline="Switched off", sentence="This code is switched off.", advice=_HINT_OFFICE
    ),
    Reason.ARCHIVED: Entry(
        headline="Withdrawn", sentence="This code has been withdrawn.", advice="Sell without this code."
    ),
    Reason.EXPIRED: Entry(
        headline="Expired",
        sentence="This code has expired.",
        details=("It was good until {expired}.",),
        advice="Sell without this code.",
    ),
    Reason.USED_UP: Entry(
        headline="Used up",
        sentence="This code has been used as often as it may be.",
        details=("Uses: {uses} of {max_uses}.", "First used {first_used}.", "First used at {where}."),
        advice="Sell without this code; if the guest disagrees, call the shift manager.",
    ),
    Reason.USED_UP_TODAY: Entry(
        headline="Used up today",
        sentence="This offer has been used as often as it may be in one day.",
        details=("The limit is {limit} a day.",),
        advice="The guest can use it again tomorrow.",
    ),
    Reason.CAMPAIGN_PAUSED: Entry(
        headline="Paused", sentence="The office has paused this offer.", advice=_HINT_OFFICE
    ),
    Reason.CAMPAIGN_BROKEN: Entry(
        headline="Offer faulty",
        sentence="The rules of this offer contradict themselves.",
        details=("Field: {field}.",),
        advice="Tell the office; sell without this code.",
    ),
    Reason.BUDGET_SPENT: Entry(
        headline="Budget spent",
        sentence="The budget of this offer is spent.",
        details=("Left: {left}.",),
        advice="Sell without this code.",
    ),
    Reason.REFERRAL_DISABLED: Entry(
        headline="No referrals",
        sentence="Referral codes are switched off in this network.",
        advice="Go on without the code.",
    ),
    Reason.REFERRAL_REQUIRED: Entry(
        headline="Referral needed",
        sentence="A new guest needs a valid referral code to register.",
        advice="Ask the guest for the code of the person who recommended us.",
    ),
    Reason.UPDATE_NEEDED: Entry(
        headline="Update needed",
        sentence="This offer needs a newer version of this program.",
        advice="Tell IT to update this till; all other codes go on working.",
    ),
    Reason.NOT_STARTED: Entry(
        headline="Too early",
        sentence="This offer has not begun yet.",
        details=("It begins on {starts}.",),
        advice="The guest can come back then.",
    ),
    Reason.ENDED: Entry(
        headline="Ended",
        sentence="This offer is over.",
        details=("Its last day was {ends}.",),
        advice="Sell without this code.",
    ),
    Reason.OUTSIDE_HOURS: Entry(
        headline="Not at this hour",
        sentence="This offer is not valid at this time of day.",
        details=("Hours: {hours}.", "It is good again from {opens}."),
        advice="Sell without this code, or ask the guest to come back then.",
    ),
    Reason.CLOCK_IN_DOUBT: Entry(
        headline="Clock in doubt",
        sentence="This offer depends on the time, and this till's clock cannot be trusted right now.",
        advice="Look at a clock and call the shift manager to decide, or connect the till to the office.",
    ),
    Reason.WRONG_RESTAURANT: Entry(
        headline="Not here",
        sentence="This offer is not valid in this restaurant.",
        details=("Valid at: {restaurants}.",),
        advice="Sell without this code.",
    ),
    Reason.WRONG_TILL: Entry(
        headline="Not at this till",
        sentence="This offer is not valid at this till.",
        advice="Send the guest to another till of this restaurant.",
    ),
    Reason.TILL_REVOKED: Entry(
        headline="Till locked out",
        sentence="The office has withdrawn this till's permission.",
        advice="Call IT; sales already made are kept and safe.",
    ),
    Reason.NEEDS_OFFICE: Entry(
        headline="Office needed",
        sentence="This code has a limit, this till holds no use of it, and the office cannot be reached.",
        details=("This voucher is genuine (key {voucher_key}); only the office knows whether it is unused.",),
        advice="Try again when the connection is back, or sell without this code.",
    ),
    Reason.ONLINE_ONLY_OFFLINE: Entry(
        headline="Only online",
        sentence="This code may be used only with the office's word, and the office cannot be reached.",
        details=("This voucher is genuine (key {voucher_key}); only the office knows whether it is unused.",),
        advice="Try again when the connection is back, or sell without this code.",
    ),
    Reason.HELD_ELSEWHERE: Entry(
        headline="Held elsewhere",
        sentence="The last use of this code is held by another till.",
        details=("It is held at {where}.",),
        advice="Ask there, or try again in a few minutes.",
    ),
    Reason.ALLOWANCE_SPENT: Entry(
        headline="Allowance spent",
        sentence="What this restaurant may credit by hand is spent.",
        details=("Left: {left}.",),
        advice="Ask the office to raise the allowance.",
    ),
    Reason.NEEDS_GUEST: Entry(
        headline="Card needed",
        sentence="This code is good only together with a guest.",
        advice="Scan the guest's card or find the guest by phone first.",
    ),
    Reason.GUEST_BLOCKED: Entry(
        headline="Guest blocked",
        sentence="The office has blocked this guest.",
        advice="Sell without code and card; the office knows why.",
    ),
    Reason.WRONG_TIER: Entry(
        headline="Other tier",
        sentence="This offer is for other tiers.",
        details=("It is for {tiers}.", "The guest is {tier}."),
        advice="Sell without this code.",
    ),
    Reason.OWN_CODE: Entry(
        headline="Own code",
        sentence="A guest cannot use their own referral code.",
        advice="The guest can give it to a friend.",
    ),
    Reason.OTHER_GUESTS_CODE: Entry(
        headline="Another guest's",
        sentence="This code belongs to another guest.",
        advice="Only the guest it was given to can use it.",
    ),
    Reason.ALREADY_USED_BY_GUEST: Entry(
        headline="Already used",
        sentence="This guest has already used it as often as one guest may.",
        details=("The limit is {limit}.",),
        advice="Sell without this code.",
    ),
    Reason.ALREADY_CLAIMED: Entry(
        headline="Already claimed",
        sentence="This guest already has this voucher in the wallet.",
        advice="Open the wallet and use it from there.",
    ),
    Reason.GUEST_LIMIT_TODAY: Entry(
        headline="Enough for today",
        sentence="This guest has used this offer as often as one guest may in one day.",
        details=("The limit is {limit} a day.",),
        advice="The guest can use it again tomorrow.",
    ),
    Reason.NOT_FIRST_PURCHASE: Entry(
        headline="Not the first visit",
        sentence="This offer is for a guest's first purchase.",
        advice="Sell without this code.",
    ),
    Reason.NOT_ENOUGH_POINTS: Entry(
        headline="Too few points",
        sentence="The guest does not have enough points.",
        details=("Needed: {needed}.", "Balance: {balance}."),
        advice="Choose a smaller reward, or take the rest in money.",
    ),
    Reason.MIN_BASKET: Entry(
        headline="Bill too small",
        sentence="The bill is below the smallest amount for this offer.",
        details=("It begins at {minimum}.", "Missing: {missing}."),
        advice="Tell the guest what is missing, or sell without this code.",
    ),
    Reason.WRONG_ITEMS: Entry(
        headline="Nothing fits",
        sentence="Nothing on this bill belongs to this offer.",
        details=("It is for: {items}.",),
        advice="Add what the offer is for, or sell without this code.",
    ),
    Reason.WRONG_CURRENCY: Entry(
        headline="Other currency",
        sentence="This offer is in another currency than the bill.",
        details=("The offer is in {currency}.",),
        advice="Sell without this code.",
    ),
    Reason.NOT_COMBINABLE: Entry(
        headline="Not together",
        sentence="This code cannot be combined with another one on this bill.",
        details=("It stands against {other}.",),
        advice="Keep the one that gives the guest more.",
    ),
    Reason.ALREADY_IN_BASKET: Entry(
        headline="Already on the bill",
        sentence="This code is already on this bill.",
        advice="Nothing more to do; it counts once.",
    ),
    Reason.CARD_INACTIVE: Entry(
        headline="Card inactive",
        sentence="This card is no longer active.",
        advice="Find the guest by phone, and give a new card.",
    ),
    Reason.CARD_STALE: Entry(
        headline="Old picture",
        sentence="This picture of the card is too old; it changes every few seconds.",
        advice="Ask the guest to open the card itself, not a saved picture.",
    ),
    Reason.DIGITS_STALE: Entry(
        headline="Digits too old",
        sentence="These six digits are no longer valid.",
        advice="Ask the guest for the digits that are shown now.",
    ),
    Reason.TOO_MANY_ATTEMPTS: Entry(
        headline="Too many tries",
        sentence="There were too many wrong entries.",
        details=("Try again in {wait} seconds.",),
        advice="Wait, or scan the card instead of typing.",
    ),
    Reason.AMOUNT_MISSING: Entry(headline="No amount", sentence="No amount was entered.", advice=_RETYPE),
    Reason.AMOUNT_UNREADABLE: Entry(
        headline="Not an amount", sentence="This is not an amount.", advice=_RETYPE
    ),
    Reason.AMOUNT_AMBIGUOUS: Entry(
        headline="Two meanings",
        sentence="This amount could mean two things.",
        advice="Leave out the separator of thousands, or enter two decimals.",
    ),
    Reason.AMOUNT_TOO_FINE: Entry(
        headline="Too many decimals", sentence="The amount has too many decimals.", advice=_RETYPE
    ),
    Reason.AMOUNT_NEGATIVE: Entry(
        headline="Below zero",
        sentence="An amount cannot be negative.",
        advice="For a refund open the sale and choose what comes back.",
    ),
    Reason.AMOUNT_TOO_LARGE: Entry(
        headline="Too large",
        sentence="The amount is too large.",
        advice="Check whether a decimal sign is missing.",
    ),
}
