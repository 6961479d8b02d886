"""What the use cases refuse, and what to do then, in the languages of the settings."""

from sync.rules.user_error import UserError

# reason: (English sentence, English advice, Russian sentence, Russian advice)
_ERRORS: dict[str, tuple[str, str, str, str]] = {
    "wrong_pin": (
        "This PIN is nobody's.",
        "Try again; {left} tries are left.",
        "Такого ПИН-кода ни у кого нет.",
        "Попробуйте ещё раз; осталось попыток: {left}.",
    ),
    "wrong_badge": (
        "This badge is nobody's.",
        "Use your own badge or your PIN; {left} tries are left.",
        "Такого бейджа ни у кого нет.",
        "Возьмите свой бейдж или введите ПИН-код; осталось попыток: {left}.",
    ),
    "locked_out": (
        "There were too many wrong entries.",
        "Wait {wait} seconds, then try again.",
        "Слишком много неверных попыток.",
        "Подождите {wait} с и попробуйте снова.",
    ),
    "no_staff": (
        "This till has not yet received the list of its staff.",
        "Connect it to the office and wait until loading has finished.",
        "Касса ещё не получила список сотрудников.",
        "Подключите её к офису и дождитесь загрузки.",
    ),
    "empty_sale": (
        "There is nothing to sell yet.",
        "Enter the amount of the bill first.",
        "Продавать пока нечего.",
        "Сначала введите сумму счёта.",
    ),
    "nothing_to_undo": (
        "There is nothing on this till that could be undone.",
        "Find the sale on its receipt.",
        "На этой кассе нечего отменять.",
        "Найдите продажу по чеку.",
    ),
    "not_this_tills": (
        "This till has not recorded that sale.",
        "Give it back where it was sold, or let a second person agree with their PIN.",
        "Эта касса не записывала такой продажи.",
        "Оформите возврат там, где её провели, или пусть второй сотрудник подтвердит ПИН-кодом.",
    ),
    "not_a_receipt": (
        "This names no sale.",
        "Scan the code on the receipt, or type the receipt's number.",
        "По этому продажу не найти.",
        "Считайте код с чека или введите номер чека.",
    ),
    "sale_unknown": (
        "Neither this till nor the office knows this sale.",
        "Check the number. A sale that its till has not sent yet can be given back only there.",
        "Ни касса, ни офис не знают этой продажи.",
        "Проверьте номер. Продажу, которую её касса ещё не отправила, можно вернуть только там.",
    ),
    "sale_out_of_reach": (
        "This till has not recorded that sale, and the office cannot be asked just now.",
        "Give it back where it was sold, or try again when the till is connected.",
        "Эта касса не записывала такой продажи, а спросить офис сейчас нельзя.",
        "Оформите возврат там, где её провели, или повторите, когда появится связь.",
    ),
    "part_of_a_sale": (
        "This use belongs to a sale.",
        "Void or refund the sale.",
        "Это применение относится к продаже.",
        "Отмените продажу или оформите возврат по ней.",
    ),
    "already_undone": (
        "This was voided already.",
        "It counts once; there is nothing left to give back.",
        "Это уже отменено.",
        "Отмена действует один раз, возвращать больше нечего.",
    ),
    "partly_refunded": (
        "A part of this sale was given back already.",
        "Refund what is left of it.",
        "Часть этой продажи уже возвращена.",
        "Оформите возврат остатка.",
    ),
    "only_whole": (
        "A use without a sale is given back as a whole.",
        "Void it.",
        "Применение без продажи возвращается только целиком.",
        "Отмените его.",
    ),
    "nothing_to_refund": (
        "There is no amount to give back.",
        "Enter an amount above zero.",
        "Не указана сумма возврата.",
        "Введите сумму больше нуля.",
    ),
    "refund_exceeds": (
        "This is more than can be given back: {left} is left.",
        "Enter less, line by line no more than was paid.",
        "Это больше, чем можно вернуть: осталось {left}.",
        "Введите меньше: по каждой строке не больше уплаченного.",
    ),
    "points_need_guest": (
        "Nobody's points can pay this bill.",
        "Scan the guest's card first.",
        "Этот счёт не с кого оплатить баллами.",
        "Сначала считайте карту гостя.",
    ),
    "too_many_points": (
        "At most {most} points can pay this bill.",
        "Take fewer points, and the rest in money.",
        "Этот счёт можно оплатить баллами не более чем на {most}.",
        "Спишите меньше баллов, остальное возьмите деньгами.",
    ),
    "points_denied": (
        "The office lends no more points of this guest.",
        "They may have been spent elsewhere. Take money instead, or look at the guest again in a moment.",
        "Офис больше не даёт баллов этого гостя.",
        "Возможно, их потратили в другом месте. Возьмите деньги или проверьте гостя чуть позже.",
    ),
    "points_out_of_reach": (
        "This till holds too few of the guest's points, and the office cannot be reached.",
        "Sell without points, or try again when the connection is back.",
        "На этой кассе слишком мало баллов гостя, а офис недоступен.",
        "Проведите продажу без баллов или повторите, когда появится связь.",
    ),
    "reward_unknown": (
        "The office has withdrawn this reward.",
        "Take it off the bill and choose another one.",
        "Офис отозвал эту награду.",
        "Уберите её из счёта и выберите другую.",
    ),
    "rewards_too_dear": (
        "The guest has too few points for all these rewards.",
        "Take one of them off the bill.",
        "На все эти награды у гостя не хватает баллов.",
        "Уберите одну из них из счёта.",
    ),
    "sign_in_first": (
        "Nobody is signed in.",
        "Sign in first: what is done by hand carries a name.",
        "Никто не вошёл.",
        "Сначала войдите: сделанное вручную подписывается именем.",
    ),
    "no_points": (
        "There are no points to credit or debit.",
        "Enter a number other than zero.",
        "Не указано, сколько баллов начислить или списать.",
        "Введите число, отличное от нуля.",
    ),
    "reason_missing": (
        "A credit by hand needs a reason and a note.",
        "Choose a reason and write what happened.",
        "Для ручного начисления нужны причина и примечание.",
        "Выберите причину и напишите, что случилось.",
    ),
    "guest_unknown": (
        "This till does not know the guest yet.",
        "Connect it to the office and wait until loading has finished.",
        "Касса ещё не знает этого гостя.",
        "Подключите её к офису и дождитесь загрузки.",
    ),
    "over_role_limit": (
        "This role may credit or debit at most {most} points at once.",
        "Ask somebody who may do more.",
        "Эта роль может начислить или списать не более {most} баллов за раз.",
        "Позовите того, кому можно больше.",
    ),
    "second_person": (
        "More than {above} points need a second person.",
        "Let a colleague enter their PIN.",
        "Больше {above} баллов — только вдвоём.",
        "Пусть коллега введёт свой ПИН-код.",
    ),
    "same_person": (
        "The second person cannot be the first one.",
        "Let a colleague enter their own PIN.",
        "Вторым не может быть тот же человек.",
        "Пусть коллега введёт свой ПИН-код.",
    ),
    "not_a_manager": (
        "This colleague may not decide that.",
        "Let a shift manager enter their PIN.",
        "Этот сотрудник не может это решить.",
        "Пусть менеджер смены введёт свой ПИН-код.",
    ),
    "not_for_settings": (
        "This colleague may not set up the machine.",
        "Let a shift manager or IT enter their PIN.",
        "Этот сотрудник не может настраивать кассу.",
        "Пусть ПИН-код введёт менеджер смены или ИТ-специалист.",
    ),
    "manager_needed": (
        "Only a shift manager closes a shift.",
        "Let a shift manager enter their PIN.",
        "Закрыть смену может только менеджер смены.",
        "Пусть менеджер смены введёт свой ПИН-код.",
    ),
    "nothing_to_decide": (
        "There is nothing here to decide.",
        "Scan the code again.",
        "Здесь нечего решать.",
        "Считайте код ещё раз.",
    ),
    "why_missing": (
        "A decision needs its reason.",
        "Choose one; for another reason write what happened.",
        "Для решения нужна причина.",
        "Выберите её; если подходящей нет, напишите, что случилось.",
    ),
    "shift_open": (
        "The shift is open already.",
        "Close it first, with the Z report.",
        "Смена уже открыта.",
        "Сначала закройте её Z-отчётом.",
    ),
    "shift_not_open": (
        "No shift is open.",
        "Open a shift first.",
        "Смена не открыта.",
        "Сначала откройте смену.",
    ),
    "cash_amount": (
        "This cannot be the money in a drawer.",
        "Enter what is there: zero or more.",
        "Столько денег в ящике быть не может.",
        "Введите, сколько их там: ноль или больше.",
    ),
    "guest_name": (
        "A guest needs a name.",
        "Write at least the first name.",
        "У гостя должно быть имя.",
        "Напишите хотя бы имя без фамилии.",
    ),
    "guest_email": (
        "This is no e-mail address.",
        "Write it as in name@example.com, or leave it out.",
        "Это не адрес электронной почты.",
        "Напишите его как name@example.com или оставьте поле пустым.",
    ),
    "phone_unfit": (
        "This is no phone number.",
        "Write it with its country, as in +49 30 …",
        "Это не номер телефона.",
        "Напишите его с кодом страны, например +7 912 …",
    ),
    "guest_consent": (
        "The guest has not agreed that their data is kept.",
        "Ask them, and tick it; without it nobody is registered.",
        "Гость не согласился на хранение своих данных.",
        "Спросите его и поставьте отметку; без согласия регистрации нет.",
    ),
    "child_name": (
        "A child needs a name.",
        "Write it, or take the line out.",
        "У ребёнка должно быть имя.",
        "Напишите его или уберите строку.",
    ),
    "child_born": (
        "This is no birthday of a child.",
        "Write it as in 2019-07-02, or leave it out.",
        "Это не дата рождения ребёнка.",
        "Напишите её как 02.07.2019 или оставьте поле пустым.",
    ),
    "too_many_children": (
        "A profile has room for {most} children.",
        "Take the others out.",
        "В профиле помещается детей: {most}.",
        "Уберите остальных.",
    ),
    "card_not_ours": (
        "This is no card that could be handed over.",
        "Scan the code of a new printed card, or leave it out.",
        "Эту карту выдать нельзя.",
        "Считайте код новой напечатанной карты или оставьте поле пустым.",
    ),
    "guest_known": (
        "{name} is registered already.",
        "Take that guest, or correct the phone number or the card.",
        "{name} — такой гость уже есть.",
        "Выберите его или исправьте номер телефона или карту.",
    ),
    "guest_maybe_known": (
        "Somebody with nearly this name is registered already.",
        "Look at the list: take that guest, or register somebody else of this name.",
        "Гость с почти таким же именем уже есть.",
        "Посмотрите список: выберите его или зарегистрируйте другого человека с этим именем.",
    ),
    "too_many_guests": (
        "Too many registrations wait for the office on this till.",
        "Connect it to the office; everything else goes on.",
        "На этой кассе слишком много регистраций ждут отправки в офис.",
        "Подключите её к офису; всё остальное работает.",
    ),
    "receipt_gone": (
        "This till has no receipt of that.",
        "Print it at the till that made the sale, while that still holds it.",
        "На этой кассе такого чека нет.",
        "Напечатайте его на кассе, где была продажа, пока она его хранит.",
    ),
    "no_printer": (
        "No receipt printer is set up.",
        "Choose one in the settings, or save the receipt as PDF.",
        "Принтер чеков не настроен.",
        "Выберите его в настройках или сохраните чек в PDF.",
    ),
    "cannot_save": (
        "The file could not be saved ({why}).",
        "Free some space or tell IT; the report itself is safe in the journal.",
        "Файл не удалось сохранить ({why}).",
        "Освободите место или сообщите ИТ; сам отчёт в сохранности в журнале.",
    ),
    "two_guests": (
        "Two different guests' cards were scanned for one bill.",
        "Take one of them off.",
        "Для одного счёта считаны карты двух гостей.",
        "Уберите одну из них.",
    ),
}


def spoken_error(reason: str, language: str, **values: object) -> UserError:
    """Make an error for a person in their language."""
    english, english_advice, russian, russian_advice = _ERRORS[reason]
    if language == "ru":
        return UserError(reason, russian.format(**values), russian_advice.format(**values))
    return UserError(reason, english.format(**values), english_advice.format(**values))
