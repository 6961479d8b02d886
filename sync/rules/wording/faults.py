"""What is said at saving in Russian, by the English problem; fields keep the names that programs know."""

ADVICE = {
    "en": "Correct the named fields, then save again.",
    "ru": "Исправьте названные поля и сохраните снова.",
}

RUSSIAN_FAULTS: dict[str, str] = {
    "needs {least} to {most} characters": "должно содержать от {least} до {most} знаков",
    "needs {least} to {most} entries": "должно содержать от {least} до {most} записей",
    "must be between 1 and {most}, which this program knows": (
        "должно быть от 1 до {most}: только такие версии знает эта программа"
    ),
    "is not a time zone: {given}": "не является часовым поясом: {given}",
    "is not a day (YYYY-MM-DD): {given}": "не является днём (ГГГГ-ММ-ДД): {given}",
    "({ends}) lies before starts_on ({starts})": "({ends}) раньше, чем starts_on ({starts})",
    "may hold at most {most} windows": "может содержать не больше {most} промежутков",
    "is not a time (HH:MM): {given}": "не является временем (ЧЧ:ММ): {given}",
    "is the start itself ({start}): name another time, or no hours at all for the whole day": (
        "совпадает с началом ({start}): назовите другое время или уберите часы, если годится весь день"
    ),
    "holds days from 0 (Monday) to 6 (Sunday) only": (
        "содержит только дни от 0 (понедельник) до 6 (воскресенье)"
    ),
    "names a day twice": "называет один день дважды",
    "is a code of three capital letters, for example EUR": (
        "состоит из трёх заглавных латинских букв, например EUR"
    ),
    "must be from {least} to {most}": "должно быть от {least} до {most}",
    "must be above 0 and at most 10000 (100 %)": "должно быть больше 0 и не больше 10000 (100 %)",
    "must be above 0 for a fixed discount": "должно быть больше 0 для скидки суммой",
    "must be above 10000 (once) and at most a hundredfold": (
        "должно быть больше 10000 (однократно) и не больше стократного"
    ),
    "must name the tier that is given": "должно называть уровень, который даётся",
    "must name the free item, or benefit.cap_minor the most it may cost": (
        "должно называть бесплатный товар, либо benefit.cap_minor — его наибольшую цену"
    ),
    "is 0, so that the offer would never give anything": "равно 0, и предложение никогда ничего не даст",
    "lies below benefit.amount_minor": "меньше, чем benefit.amount_minor",
    "({cap}) lies below what the smallest allowed bill gives ({least})": (
        "({cap}) меньше того, что даёт наименьший допустимый счёт ({least})"
    ),
    "limits money, but this offer takes no money off": (
        "ограничивает деньги, но это предложение не уменьшает счёт"
    ),
    "does not suffice for a single use (benefit.amount_minor)": (
        "не хватит даже на одно применение (benefit.amount_minor)"
    ),
    "must be from {least} to {most}, or empty for no limit": (
        "должно быть от {least} до {most} или пустым, если предела нет"
    ),
    "is above max_uses_per_guest": "больше, чем max_uses_per_guest",
    "is above 1, but a guest has only one first purchase": (
        "больше 1, но первая покупка у гостя только одна"
    ),
    "is above risk_allowance": "больше, чем risk_allowance",
    "may hold at most {most} entries": "может содержать не больше {most} записей",
    "names something twice": "называет что-то дважды",
    "leaves out what {included} names: {twice}": "исключает то, что названо в {included}: {twice}",
    "leaves out the free item {item}": "исключает бесплатный товар {item}",
    "is named, but the offer is exclusive and stands with no other": (
        "задано, но предложение исключительное и ни с каким другим не сочетается"
    ),
    "must have a name, or be empty for no group": "должно иметь имя или быть пустым, если группы нет",
    "is only for VIP codes": "возможно только для кодов VIP",
    "must be 1 or empty: a referral counts once per person": (
        "должно быть 1 или пустым: приглашение засчитывается человеку один раз"
    ),
    "names {tier}, which this network does not have": "называет {tier}, а такого уровня в сети нет",
    "{group} overlaps the group {twin}; write both alike": (
        "{group} пересекается с группой {twin}; напишите обе одинаково"
    ),
    "must be given, and differ from tier to tier": "должно быть задано и различаться у разных уровней",
    "must be from 0 to 10000 (100 %)": "должно быть от 0 до 10000 (100 %)",
    "of the lowest tier must be 0": "низшего уровня должно быть 0",
    "must differ from tier to tier": "должно различаться у разных уровней",
    "may not fall from a tier to the next higher": "не может уменьшаться от уровня к следующему",
    "needs at least {least} letters and digits (A–Z, 0–9)": (
        "должно содержать не меньше {least} букв и цифр (A–Z, 0–9)"
    ),
    "holds characters that look alike: {twins}": "содержит похожие друг на друга знаки: {twins}",
    "may hold only letters, digits and dashes": "может содержать только буквы, цифры и дефисы",
    "needs an even number of characters for a check character": (
        "должно содержать чётное число знаков, если нужен проверочный"
    ),
    "must give {least} to {most} characters with prefix and check": (
        "должно давать от {least} до {most} знаков вместе с префиксом и проверочным"
    ),
    "may not begin or end with a space, nor hold invisible characters": (
        "не может начинаться или заканчиваться пробелом и содержать невидимые знаки"
    ),
    "needs at least three letters or digits": "должно содержать хотя бы три буквы или цифры",
}
