"""Cases about limited codes, points and budgets, and what this till finds by itself, in words."""

from pos_app.usecases.case_phrase import IT, NOTHING, TELL, WATCH, Phrase

LIMIT_CASES: dict[str, Phrase] = {
    "over_spent": Phrase(
        title=("More uses than allotted", "Применений больше доли"),
        what=(
            "More was used of a limited code than this till had.",
            "Ограниченный код применён больше раз, чем было у этой кассы.",
        ),
        advice=TELL,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "lease_unknown": Phrase(
        title=("An unknown allotment", "Неизвестная доля"),
        what=(
            "A code was used from an allotment that the office does not know.",
            "Код применён за счёт доли, о которой офис не знает.",
        ),
        advice=NOTHING,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "lease_not_open": Phrase(
        title=("An allotment given back before", "Доля уже возвращена"),
        what=(
            "A code was used from an allotment that was given back already.",
            "Код применён за счёт уже возвращённой доли.",
        ),
        advice=NOTHING,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "lease_burnt": Phrase(
        title=("A till given up as lost", "Касса, списанная как потерянная"),
        what=(
            "This till was given up as lost, but has worked on.",
            "Эту кассу сочли потерянной, но она работала.",
        ),
        advice=TELL,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "lease_of_another": Phrase(
        title=("Another till's allotment", "Доля другой кассы"),
        what=("A code was used from another till's allotment.", "Код применён за счёт доли другой кассы."),
        advice=IT,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "spend_impossible": Phrase(
        title=("An impossible number", "Невозможное число"),
        what=("An entry uses an impossible number of units.", "В записи невозможное число единиц."),
        advice=IT,
        figures=("Units in this entry: {units}.", "Единиц в этой записи: {units}."),
    ),
    "no_lease": Phrase(
        title=("Used without an allotment", "Применено без доли"),
        what=("A limited code was used without an allotment.", "Ограниченный код применён без доли."),
        advice=WATCH,
        figures=("{subject}: {units}.", "{subject}: {units}."),
    ),
    "at_risk": Phrase(
        title=("Accepted once too often", "Принято лишний раз"),
        what=(
            "A code that was accepted without the office had been used up elsewhere.",
            "Код, принятый без связи с офисом, был уже израсходован в другом месте.",
        ),
        advice=WATCH,
        figures=(
            "Uses beyond the limit: {units} ({campaign}).",
            "Применений сверх лимита: {units} ({campaign}).",
        ),
    ),
    "lease_miscounted": Phrase(
        title=("A count that differs", "Расхождение в счёте"),
        what=(
            "The till and the office count the uses of a code differently.",
            "Касса и офис по-разному считают применения кода.",
        ),
        advice=NOTHING,
        figures=("This till counted: {counted}.", "Касса насчитала: {counted}."),
    ),
    "granted_twice": Phrase(
        title=("Handed out twice", "Выдано дважды"),
        what=(
            "Uses of a code were handed out twice after the office was restored.",
            "После восстановления офиса применения кода выданы дважды.",
        ),
        advice=NOTHING,
        figures=("{subject}: {units}.", "{subject}: {units}."),
    ),
    "restore_impossible": Phrase(
        title=("Uses that cannot come back", "Применения не вернуть"),
        what=(
            "A refund gives back uses that the sale had not taken.",
            "Возврат возвращает применения, которых в продаже не было.",
        ),
        advice=TELL,
    ),
}
"""Of units that were used, lent or given back; the kinds are the office's."""

FINDINGS: dict[str, Phrase] = {
    "clock_in_doubt": Phrase(
        title=("The clock is in doubt", "Часы под сомнением"),
        what=(
            "This computer's clock is in doubt: codes with dates are asked about.",
            "Часы этого компьютера под сомнением: коды со сроками требуют решения.",
        ),
        advice=(
            "Connect the till to the office, or set the clock right.",
            "Подключите кассу к офису или исправьте часы.",
        ),
    ),
    "disk_low": Phrase(
        title=("The disk is almost full", "Диск почти заполнен"),
        what=("This computer's disk is almost full.", "Диск этого компьютера почти заполнен."),
        advice=("Free some space; nothing new can be recorded.", "Освободите место: новое записать нельзя."),
    ),
    "journal_stopped": Phrase(
        title=("The journal has stopped", "Журнал остановлен"),
        what=("The till's journal has stopped.", "Журнал кассы остановлен."),
        advice=("Check the files, or call IT.", "Проверьте файлы или позовите ИТ."),
    ),
    "unsettled_long": Phrase(
        title=("Entries wait for the office", "Записи ждут отправки"),
        what=(
            "Entries have been waiting for the office for a long time.",
            "Записи уже давно ждут отправки в офис.",
        ),
        advice=(
            "Connect the till to the network; they are safe here until then.",
            "Подключите кассу к сети; до тех пор они в сохранности здесь.",
        ),
    ),
    "not_loaded": Phrase(
        title=("Not loaded yet", "Ещё не загружено"),
        what=("This till has not yet loaded codes and guests.", "Касса ещё не загрузила коды и гостей."),
        advice=(
            "Keep it connected to the office until loading has finished.",
            "Держите её на связи с офисом до конца загрузки.",
        ),
    ),
}
"""What this till finds amiss by itself."""
