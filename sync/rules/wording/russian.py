"""What the till says in Russian."""

from sync.rules.reasons import Reason
from sync.rules.wording.entry import Entry

_HINT_OFFICE = "Спросите офис или продайте без этого кода."
_WITHOUT = "Продайте без этого кода."
_RETYPE = "Введите сумму так, как она стоит в счёте, например 12,50."

RUSSIAN: dict[Reason, Entry] = {
    Reason.OK: Entry(headline="Принято", sentence="Код действителен."),
    Reason.CARD_OK: Entry(headline="Карта принята", sentence="Карта принадлежит гостю."),
    Reason.UNKNOWN_CODE: Entry(
        headline="Неизвестный код",
        sentence="Такого кода в этой сети нет.",
        advice="Проверьте, что код считан или набран целиком, и попробуйте ещё раз.",
    ),
    Reason.NOT_LOADED: Entry(
        headline="Ещё не загружено",
        sentence="Касса ещё не получила список, в котором мог бы стоять этот код.",
        advice="Подключите кассу к офису, дождитесь загрузки и считайте код снова.",
    ),
    Reason.UNREADABLE_CODE: Entry(
        headline="Не читается",
        sentence="Считанное не является кодом.",
        advice="Считайте ещё раз или наберите код, напечатанный под картинкой.",
    ),
    Reason.OTHER_NETWORK: Entry(
        headline="Чужой код",
        sentence="Этот код выдан другой сетью.",
        advice="Попросите у гостя код или карту этой сети.",
    ),
    Reason.FORGED_CODE: Entry(
        headline="Подделка",
        sentence="Подпись этого кода не подлинная.",
        advice="Не принимайте код, запишите случай и сообщите старшему смены.",
    ),
    Reason.NOT_VALID: Entry(
        headline="Не действует",
        sentence="Этим кодом воспользоваться нельзя.",
        advice="Проверьте код или спросите на кассе.",
    ),
    Reason.INACTIVE: Entry(headline="Выключен", sentence="Код выключен.", advice=_HINT_OFFICE),
    Reason.ARCHIVED: Entry(headline="Отозван", sentence="Код отозван.", advice=_WITHOUT),
    Reason.EXPIRED: Entry(
        headline="Истёк",
        sentence="Срок действия кода истёк.",
        details=("Код действовал до {expired}.",),
        advice=_WITHOUT,
    ),
    Reason.USED_UP: Entry(
        headline="Использован",
        sentence="Код уже использован столько раз, сколько можно.",
        details=(
            "Использований: {uses} из {max_uses}.",
            "Впервые использован {first_used}.",
            "Место первого использования: {where}.",
        ),
        advice="Продайте без этого кода; если гость не согласен, позовите старшего смены.",
    ),
    Reason.USED_UP_TODAY: Entry(
        headline="На сегодня всё",
        sentence="Предложение уже использовано столько раз, сколько можно за день.",
        details=("Предел: {limit} в день.",),
        advice="Гость может воспользоваться им завтра.",
    ),
    Reason.CAMPAIGN_PAUSED: Entry(
        headline="Приостановлено", sentence="Офис приостановил это предложение.", advice=_HINT_OFFICE
    ),
    Reason.CAMPAIGN_BROKEN: Entry(
        headline="Ошибка акции",
        sentence="Правила этого предложения противоречат друг другу.",
        details=("Поле: {field}.",),
        advice="Сообщите офису; продайте без этого кода.",
    ),
    Reason.BUDGET_SPENT: Entry(
        headline="Бюджет исчерпан",
        sentence="Бюджет этого предложения исчерпан.",
        details=("Осталось: {left}.",),
        advice=_WITHOUT,
    ),
    Reason.REFERRAL_DISABLED: Entry(
        headline="Без рекомендаций",
        sentence="Реферальные коды в этой сети выключены.",
        advice="Продолжайте без кода.",
    ),
    Reason.REFERRAL_REQUIRED: Entry(
        headline="Нужен код друга",
        sentence="Для регистрации новому гостю нужен действующий реферальный код.",
        advice="Попросите у гостя код того, кто нас рекомендовал.",
    ),
    Reason.UPDATE_NEEDED: Entry(
        headline="Нужно обновление",
        sentence="Для этого предложения нужна более новая версия программы.",
        advice="Попросите ИТ обновить кассу; остальные коды работают.",
    ),
    Reason.NOT_STARTED: Entry(
        headline="Слишком рано",
        sentence="Предложение ещё не началось.",
        details=("Оно начнётся {starts}.",),
        advice="Гость может прийти позже.",
    ),
    Reason.ENDED: Entry(
        headline="Завершено",
        sentence="Предложение завершилось.",
        details=("Последний день был {ends}.",),
        advice=_WITHOUT,
    ),
    Reason.OUTSIDE_HOURS: Entry(
        headline="Не в это время",
        sentence="В это время дня предложение не действует.",
        details=("Часы: {hours}.", "Снова действует с {opens}."),
        advice="Продайте без кода или предложите гостю прийти в это время.",
    ),
    Reason.CLOCK_IN_DOUBT: Entry(
        headline="Часы неточны",
        sentence="Предложение зависит от времени, а часам кассы сейчас нельзя доверять.",
        advice="Посмотрите на часы и позовите старшего смены или подключите кассу к офису.",
    ),
    Reason.WRONG_RESTAURANT: Entry(
        headline="Не здесь",
        sentence="В этом ресторане предложение не действует.",
        details=("Действует в: {restaurants}.",),
        advice=_WITHOUT,
    ),
    Reason.WRONG_TILL: Entry(
        headline="Не на этой кассе",
        sentence="На этой кассе предложение не действует.",
        advice="Направьте гостя к другой кассе этого ресторана.",
    ),
    Reason.TILL_REVOKED: Entry(
        headline="Касса отключена",
        sentence="Офис отозвал разрешение этой кассы.",
        advice="Позовите ИТ; совершённые продажи сохранены.",
    ),
    Reason.NEEDS_OFFICE: Entry(
        headline="Нужен офис",
        sentence="У кода есть предел, у кассы нет свободного использования, а офис недоступен.",
        details=("Ваучер подлинный (ключ {voucher_key}); использован ли он, знает только офис.",),
        advice="Повторите, когда связь вернётся, или продайте без этого кода.",
    ),
    Reason.ONLINE_ONLY_OFFLINE: Entry(
        headline="Только со связью",
        sentence="Код можно использовать только с подтверждением офиса, а офис недоступен.",
        details=("Ваучер подлинный (ключ {voucher_key}); использован ли он, знает только офис.",),
        advice="Повторите, когда связь вернётся, или продайте без этого кода.",
    ),
    Reason.HELD_ELSEWHERE: Entry(
        headline="На другой кассе",
        sentence="Последнее использование этого кода держит другая касса.",
        details=("Оно находится здесь: {where}.",),
        advice="Спросите там или повторите через несколько минут.",
    ),
    Reason.ALLOWANCE_SPENT: Entry(
        headline="Лимит исчерпан",
        sentence="Ресторан исчерпал лимит ручных начислений.",
        details=("Осталось: {left}.",),
        advice="Попросите офис увеличить лимит.",
    ),
    Reason.NEEDS_GUEST: Entry(
        headline="Нужна карта",
        sentence="Код действует только вместе с гостем.",
        advice="Сначала считайте карту гостя или найдите его по телефону.",
    ),
    Reason.GUEST_BLOCKED: Entry(
        headline="Гость заблокирован",
        sentence="Офис заблокировал этого гостя.",
        advice="Продайте без кода и карты; причину знает офис.",
    ),
    Reason.WRONG_TIER: Entry(
        headline="Другой уровень",
        sentence="Предложение для других уровней.",
        details=("Для уровней: {tiers}.", "Уровень гостя: {tier}."),
        advice=_WITHOUT,
    ),
    Reason.OWN_CODE: Entry(
        headline="Свой код",
        sentence="Гость не может использовать собственный реферальный код.",
        advice="Его можно подарить другу.",
    ),
    Reason.OTHER_GUESTS_CODE: Entry(
        headline="Код другого гостя",
        sentence="Этот код принадлежит другому гостю.",
        advice="Воспользоваться им может только тот, кому он выдан.",
    ),
    Reason.ALREADY_USED_BY_GUEST: Entry(
        headline="Уже использован",
        sentence="Гость уже воспользовался им столько раз, сколько можно одному гостю.",
        details=("Предел: {limit}.",),
        advice=_WITHOUT,
    ),
    Reason.ALREADY_CLAIMED: Entry(
        headline="Уже получен",
        sentence="Этот ваучер уже лежит в кошельке гостя.",
        advice="Откройте кошелёк и используйте его оттуда.",
    ),
    Reason.GUEST_LIMIT_TODAY: Entry(
        headline="На сегодня хватит",
        sentence="Гость воспользовался предложением столько раз, сколько можно одному гостю за день.",
        details=("Предел: {limit} в день.",),
        advice="Гость может воспользоваться им завтра.",
    ),
    Reason.NOT_FIRST_PURCHASE: Entry(
        headline="Не первый визит",
        sentence="Предложение только для первой покупки гостя.",
        advice=_WITHOUT,
    ),
    Reason.NOT_ENOUGH_POINTS: Entry(
        headline="Мало баллов",
        sentence="У гостя недостаточно баллов.",
        details=("Нужно: {needed}.", "Баланс: {balance}."),
        advice="Выберите награду поменьше или примите остаток деньгами.",
    ),
    Reason.MIN_BASKET: Entry(
        headline="Счёт мал",
        sentence="Сумма счёта меньше наименьшей для этого предложения.",
        details=("Оно действует от {minimum}.", "Не хватает: {missing}."),
        advice="Скажите гостю, сколько не хватает, или продайте без этого кода.",
    ),
    Reason.WRONG_ITEMS: Entry(
        headline="Ничего не подходит",
        sentence="В счёте нет ничего, к чему относится это предложение.",
        details=("Оно для: {items}.",),
        advice="Добавьте подходящее или продайте без этого кода.",
    ),
    Reason.WRONG_CURRENCY: Entry(
        headline="Другая валюта",
        sentence="Предложение в другой валюте, чем счёт.",
        details=("Валюта предложения: {currency}.",),
        advice=_WITHOUT,
    ),
    Reason.NOT_COMBINABLE: Entry(
        headline="Нельзя вместе",
        sentence="Код нельзя сочетать с другим кодом в этом счёте.",
        details=("Ему мешает {other}.",),
        advice="Оставьте тот, который выгоднее гостю.",
    ),
    Reason.ALREADY_IN_BASKET: Entry(
        headline="Уже в счёте",
        sentence="Этот код уже есть в этом счёте.",
        advice="Ничего делать не нужно: он считается один раз.",
    ),
    Reason.CARD_INACTIVE: Entry(
        headline="Карта неактивна",
        sentence="Эта карта больше не действует.",
        advice="Найдите гостя по телефону и выдайте новую карту.",
    ),
    Reason.CARD_STALE: Entry(
        headline="Старый снимок",
        sentence="Изображение карты устарело: оно меняется каждые несколько секунд.",
        advice="Попросите гостя открыть саму карту, а не сохранённый снимок.",
    ),
    Reason.DIGITS_STALE: Entry(
        headline="Цифры устарели",
        sentence="Эти шесть цифр больше не действуют.",
        advice="Попросите гостя назвать цифры, которые показаны сейчас.",
    ),
    Reason.TOO_MANY_ATTEMPTS: Entry(
        headline="Много попыток",
        sentence="Слишком много неверных вводов.",
        details=("Повторите через {wait} с.",),
        advice="Подождите или считайте карту вместо ввода.",
    ),
    Reason.AMOUNT_MISSING: Entry(headline="Нет суммы", sentence="Сумма не введена.", advice=_RETYPE),
    Reason.AMOUNT_UNREADABLE: Entry(headline="Не сумма", sentence="Это не сумма.", advice=_RETYPE),
    Reason.AMOUNT_AMBIGUOUS: Entry(
        headline="Два смысла",
        sentence="Эту сумму можно понять двояко.",
        advice="Уберите разделитель тысяч или введите две цифры после запятой.",
    ),
    Reason.AMOUNT_TOO_FINE: Entry(
        headline="Лишние знаки", sentence="У суммы слишком много знаков после запятой.", advice=_RETYPE
    ),
    Reason.AMOUNT_NEGATIVE: Entry(
        headline="Меньше нуля",
        sentence="Сумма не может быть отрицательной.",
        advice="Для возврата откройте продажу и выберите, что возвращается.",
    ),
    Reason.AMOUNT_TOO_LARGE: Entry(
        headline="Слишком много",
        sentence="Сумма слишком велика.",
        advice="Проверьте, не пропущена ли запятая.",
    ),
}
