extension ScheduleVocabulary {
    static let portuguese = ScheduleVocabulary(
        manual: "só manualmente",
        startup: "uma vez ao iniciar o serviço",
        reboot: "uma vez ao iniciar a máquina",
        every: "a cada {n} {unit}",
        everyOne: Units(day: "todos os dias", hour: "a cada hora", minute: "a cada minuto", second: "a cada segundo"),
        units: Units(day: "d", hour: "h", minute: "min", second: "s"),
        at: "às {times}",
        seconds: "no segundo {list} de cada minuto",
        minutes: "no minuto {list} de cada hora",
        everyHours: "a cada {n} h",
        hours: "nas horas {list}",
        monthDays: "dias do mês: {list}",
        lastDay: "o último dia do mês",
        beforeLast: "{n} d antes do último dia do mês",
        nearest: "o dia útil mais próximo do dia {day} do mês",
        nearestTo: "o dia útil mais próximo de: {what}",
        weekdays: "dias da semana: {list}",
        ordinal: "{day} n.º {n} do mês",
        last: "{day}, a última vez no mês",
        either: "{a}, ou {b}",
        both: "{a}, só se coincidir com {b}",
        through: "{a} a {b}",
        and: " e ",
        months: "meses: {list}",
        years: "anos: {list}",
        weekdayNames: [
            "domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
        ],
        monthNames: [
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
        ]
    )
}
