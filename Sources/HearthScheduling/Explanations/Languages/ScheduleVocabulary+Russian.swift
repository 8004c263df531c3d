extension ScheduleVocabulary {
    static let russian = ScheduleVocabulary(
        manual: "только вручную",
        startup: "один раз при запуске сервиса",
        reboot: "один раз при запуске машины",
        every: "каждые {n} {unit}",
        everyOne: Units(day: "каждый день", hour: "каждый час", minute: "каждую минуту", second: "каждую секунду"),
        units: Units(day: "дн.", hour: "ч", minute: "мин", second: "с"),
        at: "в {times}",
        seconds: "секунды каждой минуты: {list}",
        minutes: "минуты каждого часа: {list}",
        everyHours: "каждые {n} ч",
        hours: "часы: {list}",
        monthDays: "числа месяца: {list}",
        lastDay: "последний день месяца",
        beforeLast: "за {n} дн. до последнего дня месяца",
        nearest: "рабочий день, ближайший к числу {day}",
        nearestTo: "ближайший рабочий день к дате: {what}",
        weekdays: "дни недели: {list}",
        ordinal: "{day} № {n} в месяце",
        last: "{day}, последний раз в месяце",
        either: "{a} или {b}",
        both: "{a}, только если совпадает: {b}",
        through: "{a}–{b}",
        and: " и ",
        months: "месяцы: {list}",
        years: "годы: {list}",
        weekdayNames: [
            "воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота",
        ],
        monthNames: [
            "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
        ]
    )
}
