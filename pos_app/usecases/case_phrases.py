"""What each case means to a person at the till, and what to do about it, in the languages of the settings."""

# kind: (English what, English to do, Russian what, Russian to do)
_TELL = ("Tell the office the number of this case.", "Назовите офису номер этого случая.")
_NOTHING = ("You need do nothing: the office looks into it.", "Ничего делать не нужно: офис разберётся.")
_IT = ("Tell IT, and name the case's number.", "Сообщите ИТ и назовите номер случая.")
_WATCH = (
    "Scan codes with the till connected, and tell the office if it happens again.",
    "Считывайте коды при наличии связи; если повторится, сообщите офису.",
)


def _entry(english: str, russian: str, advice: tuple[str, str] = _NOTHING) -> tuple[str, str, str, str]:
    return english, advice[0], russian, advice[1]


CASES: dict[str, tuple[str, str, str, str]] = {
    "fork": _entry(
        "This till's files were copied: two machines recorded under one name.",
        "Файлы этой кассы скопированы: под одним именем записывали две машины.",
        (
            "Use only one of the two machines, and tell IT.",
            "Работайте только на одной из двух машин и сообщите ИТ.",
        ),
    ),
    "quarantined": _entry(
        "The office has received an entry that it cannot book yet.",
        "Офис получил запись, но пока не может её провести.",
    ),
    "batch_broken": _entry(
        "A part of this till's journal reached the office changed.",
        "Часть журнала этой кассы пришла в офис изменённой.",
        _IT,
    ),
    "chain_break": _entry(
        "This till found its journal damaged and began a new one.",
        "Касса нашла свой журнал повреждённым и начала новый.",
        (
            "Compare the newest receipts with the list of sales, and tell IT.",
            "Сверьте последние чеки со списком продаж и сообщите ИТ.",
        ),
    ),
    "event_id_taken": _entry(
        "Two different entries carry one number.", "У двух разных записей один номер.", _IT
    ),
    "over_spent": _entry(
        "More was used of a limited code than this till had.",
        "Ограниченный код применён больше раз, чем было у этой кассы.",
        _TELL,
    ),
    "lease_unknown": _entry(
        "A code was used from an allotment that the office does not know.",
        "Код применён за счёт доли, о которой офис не знает.",
    ),
    "lease_not_open": _entry(
        "A code was used from an allotment that was given back already.",
        "Код применён за счёт уже возвращённой доли.",
    ),
    "lease_burnt": _entry(
        "This till was given up as lost, but has worked on.",
        "Эту кассу сочли потерянной, но она работала.",
        _TELL,
    ),
    "lease_of_another": _entry(
        "A code was used from another till's allotment.", "Код применён за счёт доли другой кассы.", _IT
    ),
    "spend_impossible": _entry(
        "An entry uses an impossible number of units.", "В записи невозможное число единиц.", _IT
    ),
    "no_lease": _entry(
        "A limited code was used without an allotment.", "Ограниченный код применён без доли.", _WATCH
    ),
    "at_risk": _entry(
        "A code that was accepted without the office had been used up elsewhere.",
        "Код, принятый без связи с офисом, был уже израсходован в другом месте.",
        _WATCH,
    ),
    "lease_miscounted": _entry(
        "The till and the office count the uses of a code differently.",
        "Касса и офис по-разному считают применения кода.",
    ),
    "guest_unknown": _entry(
        "A sale names a guest whom the office does not know.",
        "В продаже назван гость, которого офис не знает.",
        (
            "If you know who it was, tell the office.",
            "Если знаете, кто это был, сообщите офису.",
        ),
    ),
    "guest_twice": _entry(
        "A guest seems to be registered twice.",
        "Похоже, гость зарегистрирован дважды.",
        (
            "Ask the guest at their next visit, and tell the office which registration is right.",
            "Спросите гостя при следующем визите и сообщите офису, какая запись верна.",
        ),
    ),
    "card_taken": _entry(
        "A card was handed out that belongs to another guest.",
        "Выдана карта, которая принадлежит другому гостю.",
        ("Give the guest another card.", "Выдайте гостю другую карту."),
    ),
    "central_restored": _entry(
        "The office was put back to an earlier state.", "Офис восстановлен из резервной копии."
    ),
    "granted_twice": _entry(
        "Uses of a code were handed out twice after the office was restored.",
        "После восстановления офиса применения кода выданы дважды.",
    ),
    "events_pruned": _entry(
        "The restored office lacks entries that this till has let go.",
        "В восстановленном офисе нет записей, которые касса уже удалила.",
        _TELL,
    ),
    "damaged": _entry(
        "Entries of this till's journal are damaged.",
        "Записи журнала этой кассы повреждены.",
        (
            "Compare that day's receipts with the list of sales, and tell the office.",
            "Сверьте чеки того дня со списком продаж и сообщите офису.",
        ),
    ),
    "renewed": _entry("This till began a new journal.", "Касса начала новый журнал."),
    "readmitted": _entry(
        "The restored office did not know this till, and took it back.",
        "Восстановленный офис не знал эту кассу и принял её снова.",
    ),
    "refund_exceeds": _entry(
        "More was given back than the sale had paid; the office did not book it.",
        "Возвращено больше, чем было уплачено; офис этого не провёл.",
        (
            "Compare the receipts of the sale and its refunds, and tell the office.",
            "Сверьте чек продажи с чеками возвратов и сообщите офису.",
        ),
    ),
    "restore_impossible": _entry(
        "A refund gives back uses that the sale had not taken.",
        "Возврат возвращает применения, которых в продаже не было.",
        _TELL,
    ),
    "shift_differs": _entry(
        "A Z report says something else than the entries at the office.",
        "Z-отчёт расходится с записями в офисе.",
        (
            "Count that shift's receipts again, and tell the office.",
            "Пересчитайте чеки той смены и сообщите офису.",
        ),
    ),
    "guessing": _entry(
        "Somebody has been trying out codes or passwords, and was stopped.",
        "Кто-то подбирал коды или пароли и был остановлен.",
        (
            "Tell the office if you know who it was.",
            "Если знаете, кто это был, сообщите офису.",
        ),
    ),
    "rule_difference": _entry(
        "The office's rules would have decided otherwise about a code.",
        "По правилам офиса решение по коду было бы другим.",
    ),
    # What this till finds by itself.
    "clock_in_doubt": _entry(
        "This computer's clock is in doubt: codes with dates are asked about.",
        "Часы этого компьютера под сомнением: коды со сроками требуют решения.",
        (
            "Connect the till to the office, or set the clock right.",
            "Подключите кассу к офису или исправьте часы.",
        ),
    ),
    "disk_low": _entry(
        "This computer's disk is almost full.",
        "Диск этого компьютера почти заполнен.",
        ("Free some space; nothing new can be recorded.", "Освободите место: новое записать нельзя."),
    ),
    "journal_stopped": _entry(
        "The till's journal has stopped.",
        "Журнал кассы остановлен.",
        ("Check the files, or call IT.", "Проверьте файлы или позовите ИТ."),
    ),
    "unsettled_long": _entry(
        "Entries have been waiting for the office for a long time.",
        "Записи уже давно ждут отправки в офис.",
        (
            "Connect the till to the network; they are safe here until then.",
            "Подключите кассу к сети; до тех пор они в сохранности здесь.",
        ),
    ),
    "not_loaded": _entry(
        "This till has not yet loaded codes and guests.",
        "Касса ещё не загрузила коды и гостей.",
        (
            "Keep it connected to the office until loading has finished.",
            "Держите её на связи с офисом до конца загрузки.",
        ),
    ),
}
_NEWER = _entry(
    "The office has a case that this version does not know.",
    "У офиса есть случай, которого эта версия не знает.",
    _TELL,
)


def case_words(kind: str, language: str) -> tuple[str, str]:
    """Say what a case means and what to do about it."""
    english, english_advice, russian, russian_advice = CASES.get(kind, _NEWER)
    return (russian, russian_advice) if language == "ru" else (english, english_advice)
