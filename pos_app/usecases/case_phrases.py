"""What each kind of case means to a person at the till, and what to do about it."""

from pos_app.usecases.case_phrase import IT, NOTHING, TELL, Phrase

OFFICE_CASES: dict[str, Phrase] = {
    "fork": Phrase(
        title=("Two machines under one name", "Две машины под одним именем"),
        what=(
            "This till's files were copied: two machines recorded under one name.",
            "Файлы этой кассы скопированы: под одним именем записывали две машины.",
        ),
        advice=(
            "Use only one of the two machines, and tell IT.",
            "Работайте только на одной из двух машин и сообщите ИТ.",
        ),
        figures=(
            "The copies part at entry {seq}; the office holds entries up to {held_up_to}.",
            "Копии расходятся на записи {seq}; у офиса записи до {held_up_to}.",
        ),
    ),
    "quarantined": Phrase(
        title=("An entry waits at the office", "Запись ждёт в офисе"),
        what=(
            "The office has received an entry that it cannot book yet.",
            "Офис получил запись, но пока не может её провести.",
        ),
        advice=NOTHING,
        figures=("{reason}", "{reason}"),
    ),
    "batch_broken": Phrase(
        title=("A changed entry", "Изменённая запись"),
        what=(
            "A part of this till's journal reached the office changed.",
            "Часть журнала этой кассы пришла в офис изменённой.",
        ),
        advice=IT,
        figures=("It is entry {seq}.", "Это запись {seq}."),
    ),
    "chain_break": Phrase(
        title=("A new journal after damage", "Новый журнал после повреждения"),
        what=(
            "This till found its journal damaged and began a new one.",
            "Касса нашла свой журнал повреждённым и начала новый.",
        ),
        advice=(
            "Compare the newest receipts with the list of sales, and tell IT.",
            "Сверьте последние чеки со списком продаж и сообщите ИТ.",
        ),
        figures=("The last sound entry is {last_good_seq}.", "Последняя целая запись: {last_good_seq}."),
    ),
    "event_id_taken": Phrase(
        title=("One number, two entries", "Один номер, две записи"),
        what=("Two different entries carry one number.", "У двух разных записей один номер."),
        advice=IT,
        figures=("It is entry {seq}.", "Это запись {seq}."),
    ),
    "guest_unknown": Phrase(
        title=("A guest nobody knows", "Неизвестный гость"),
        what=(
            "A sale names a guest whom the office does not know.",
            "В продаже назван гость, которого офис не знает.",
        ),
        advice=("If you know who it was, tell the office.", "Если знаете, кто это был, сообщите офису."),
        figures=("The sale gave points: {points}.", "По продаже начислено баллов: {points}."),
    ),
    "guest_twice": Phrase(
        title=("A guest registered twice", "Гость записан дважды"),
        what=("A guest seems to be registered twice.", "Похоже, гость зарегистрирован дважды."),
        advice=(
            "Ask the guest at their next visit, and tell the office which registration is right.",
            "Спросите гостя при следующем визите и сообщите офису, какая запись верна.",
        ),
        figures=(
            "Used beyond what one guest may: {exposure}.",
            "Применено сверх положенного одному гостю: {exposure}.",
        ),
    ),
    "card_taken": Phrase(
        title=("A card of another guest", "Карта другого гостя"),
        what=(
            "A card was handed out that belongs to another guest.",
            "Выдана карта, которая принадлежит другому гостю.",
        ),
        advice=("Give the guest another card.", "Выдайте гостю другую карту."),
        figures=("It is card {card}.", "Номер карты: {card}."),
    ),
    "central_restored": Phrase(
        title=("The office was restored", "Офис восстановлен"),
        what=("The office was put back to an earlier state.", "Офис восстановлен из резервной копии."),
        advice=NOTHING,
        figures=("Tills it still waits for: {tills_awaited}.", "Касс ещё ожидается: {tills_awaited}."),
    ),
    "events_pruned": Phrase(
        title=("Entries are lost", "Записи потеряны"),
        what=(
            "The restored office lacks entries that this till has let go.",
            "В восстановленном офисе нет записей, которые касса уже удалила.",
        ),
        advice=TELL,
        figures=("They are entries {first_seq} to {last_seq}.", "Это записи с {first_seq} по {last_seq}."),
    ),
    "damaged": Phrase(
        title=("A damaged entry", "Повреждённая запись"),
        what=("Entries of this till's journal are damaged.", "Записи журнала этой кассы повреждены."),
        advice=(
            "Compare that day's receipts with the list of sales, and tell the office.",
            "Сверьте чеки того дня со списком продаж и сообщите офису.",
        ),
        figures=("It is entry {seq}.", "Это запись {seq}."),
    ),
    "renewed": Phrase(
        title=("A new journal", "Новый журнал"),
        what=("This till began a new journal.", "Касса начала новый журнал."),
        advice=NOTHING,
        figures=("The last sound entry is {last_good_seq}.", "Последняя целая запись: {last_good_seq}."),
    ),
    "readmitted": Phrase(
        title=("Taken back by the office", "Касса принята снова"),
        what=(
            "The restored office did not know this till, and took it back.",
            "Восстановленный офис не знал эту кассу и принял её снова.",
        ),
        advice=NOTHING,
    ),
    "credit_not_allowed": Phrase(
        title=("Points beyond the rules", "Баллы сверх правил"),
        what=(
            "Points were given or taken by hand beyond what the role may do; the office has booked them.",
            "Баллы начислены или списаны вручную сверх прав роли; офис их провёл.",
        ),
        advice=TELL,
        figures=("Points: {points}. {reason}", "Баллов: {points}. {reason}"),
    ),
    "refund_exceeds": Phrase(
        title=("Too much given back", "Возвращено слишком много"),
        what=(
            "More was given back than the sale had paid; the office did not book it.",
            "Возвращено больше, чем было уплачено; офис этого не провёл.",
        ),
        advice=(
            "Compare the receipts of the sale and its refunds, and tell the office.",
            "Сверьте чек продажи с чеками возвратов и сообщите офису.",
        ),
    ),
    "shift_differs": Phrase(
        title=("A Z report differs", "Z-отчёт расходится"),
        what=(
            "A Z report says something else than the entries at the office.",
            "Z-отчёт расходится с записями в офисе.",
        ),
        advice=(
            "Count that shift's receipts again, and tell the office.",
            "Пересчитайте чеки той смены и сообщите офису.",
        ),
        figures=("It is shift {number}.", "Смена: {number}."),
    ),
    "guessing": Phrase(
        title=("Somebody was guessing", "Кто-то подбирал коды"),
        what=(
            "Somebody has been trying out codes or passwords, and was stopped.",
            "Кто-то подбирал коды или пароли и был остановлен.",
        ),
        advice=("Tell the office if you know who it was.", "Если знаете, кто это был, сообщите офису."),
        figures=("Tries until the stop: {limit}.", "Попыток до остановки: {limit}."),
    ),
    "rule_difference": Phrase(
        title=("Other rules at the office", "Другие правила в офисе"),
        what=(
            "The office's rules would have decided otherwise about a code.",
            "По правилам офиса решение по коду было бы другим.",
        ),
        advice=NOTHING,
        figures=(
            "This till gave {till_gave}; by the office's rules it is {office_gives}.",
            "Касса дала {till_gave}; по правилам офиса: {office_gives}.",
        ),
    ),
    "alert_scan_rate": Phrase(
        title=("Unusually many scans", "Необычно много сканирований"),
        what=("Vouchers are scanned far more often than usual.", "Ваучеры сканируют намного чаще обычного."),
        advice=NOTHING,
    ),
    "alert_low_conversion": Phrase(
        title=("Few take the voucher", "Ваучер берут редко"),
        what=(
            "Hardly anybody who scans a voucher takes it.",
            "Почти никто из сканирующих ваучер его не берёт.",
        ),
        advice=NOTHING,
    ),
    "alert_high_failures": Phrase(
        title=("Many refusals", "Много отказов"),
        what=("Many attempts to use a code are refused.", "Много попыток применить код получают отказ."),
        advice=NOTHING,
    ),
    "alert_slow_database": Phrase(
        title=("The office answers slowly", "Офис отвечает медленно"),
        what=("The office's database takes long to answer.", "База данных офиса отвечает долго."),
        advice=NOTHING,
    ),
}
"""Of journals, guests, shifts and the office itself; the kinds are the office's."""
