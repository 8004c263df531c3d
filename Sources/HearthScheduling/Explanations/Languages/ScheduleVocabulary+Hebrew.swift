extension ScheduleVocabulary {
    static let hebrew = ScheduleVocabulary(
        manual: "רק ידנית",
        startup: "פעם אחת בהפעלת השירות",
        reboot: "פעם אחת בהפעלת המחשב",
        every: "כל {n} {unit}",
        everyOne: Units(day: "כל יום", hour: "כל שעה", minute: "כל דקה", second: "כל שנייה"),
        units: Units(day: "ימים", hour: "שעות", minute: "דקות", second: "שניות"),
        at: "בשעה {times}",
        seconds: "בשניות של כל דקה: {list}",
        minutes: "בדקות של כל שעה: {list}",
        everyHours: "כל {n} שעות",
        hours: "בשעות: {list}",
        monthDays: "ימים בחודש: {list}",
        lastDay: "היום האחרון בחודש",
        beforeLast: "{n} ימים לפני היום האחרון בחודש",
        nearest: "יום העבודה הקרוב ליום {day} בחודש",
        nearestTo: "יום העבודה הקרוב אל: {what}",
        weekdays: "ימי השבוע: {list}",
        ordinal: "{day} מס׳ {n} בחודש",
        last: "{day} האחרון בחודש",
        either: "{a}, או {b}",
        both: "{a}, רק אם זה {b}",
        through: "{a} עד {b}",
        and: " וגם ",
        months: "חודשים: {list}",
        years: "שנים: {list}",
        weekdayNames: [
            "יום ראשון", "יום שני", "יום שלישי", "יום רביעי", "יום חמישי", "יום שישי", "שבת",
        ],
        monthNames: [
            "ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר",
        ]
    )
}
