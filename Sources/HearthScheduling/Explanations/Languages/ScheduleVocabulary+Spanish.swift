extension ScheduleVocabulary {
    static let spanish = ScheduleVocabulary(
        manual: "solo a mano",
        startup: "una vez al iniciar el servicio",
        reboot: "una vez al iniciar la máquina",
        every: "cada {n} {unit}",
        everyOne: Units(day: "cada día", hour: "cada hora", minute: "cada minuto", second: "cada segundo"),
        units: Units(day: "d", hour: "h", minute: "min", second: "s"),
        at: "a las {times}",
        seconds: "en el segundo {list} de cada minuto",
        minutes: "en el minuto {list} de cada hora",
        everyHours: "cada {n} h",
        hours: "en las horas {list}",
        monthDays: "días del mes: {list}",
        lastDay: "el último día del mes",
        beforeLast: "{n} d antes del último día del mes",
        nearest: "el día laborable más cercano al día {day} del mes",
        nearestTo: "el día laborable más cercano a: {what}",
        weekdays: "días: {list}",
        ordinal: "{day} n.º {n} del mes",
        last: "el último {day} del mes",
        either: "{a}, o bien {b}",
        both: "{a}, solo si coincide con {b}",
        through: "{a} a {b}",
        and: " y ",
        months: "meses: {list}",
        years: "años: {list}",
        weekdayNames: [
            "domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado",
        ],
        monthNames: [
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
        ]
    )
}
