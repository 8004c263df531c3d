import HearthTelemetry
import Testing

@testable import HearthScheduling

@Suite("Schedules in the words of five languages")
struct ScheduleWordsTests {
    private static let expressions = [
        "manual", "@startup", "@reboot", "every 5m", "every 1h", "every 45s", "every 2d", "* * * * *", "0 3 * * *", "30 2 * * 1-5",
        "*/15 9-17 * * *", "0 */6 * * *", "16 * * * *", "0 9 1,15 * *", "0 0 L * *", "0 0 L-3 * *", "0 0 15W * *", "0 0 LW * *",
        "0 10 * * 1#2", "0 10 * * 5L", "0 4 * 1,7 *", "0 0 13 * 5", "*/10 * * * * *", "0 12 * * 0",
    ]

    @Test("Every kind of schedule has words in every language, with nothing left to fill in", arguments: Language.allCases)
    func complete(language: Language) throws {
        for expression in Self.expressions {
            guard let schedule = try? Schedule.parse(expression) else { continue }
            let words = CronWords.describe(schedule, in: language)
            #expect(!words.isEmpty && !words.contains("{") && !words.contains("}") && words.count <= 120, "\(expression): \(words)")
            let isLatin = words.unicodeScalars.contains { $0.properties.isAlphabetic && $0.value < 0x250 }
            if language == .ru || language == .he { #expect(!isLatin, "\(expression): \(words)") }
        }
    }

    @Test(
        "A daily run, weekdays and steps read as people say them",
        arguments: [
            ("0 2 * * *", Language.es, "a las 02:00"), ("30 2 * * 1-5", .es, "a las 02:30, días: lunes a viernes"),
            ("*/15 9-17 * * *", .pt, "a cada 15 min, nas horas 09 a 17"), ("0 9 1,15 * *", .pt, "às 09:00, dias do mês: 1 e 15"),
            ("0 2 * * *", .ru, "в 02:00"), ("0 */6 * * *", .ru, "в 00:00, 06:00, 12:00 и 18:00"),
            ("30 2 * * 1-5", .ru, "в 02:30, дни недели: понедельник–пятница"), ("* * * * *", .ru, "каждую минуту"),
            ("0 2 * * 0", .he, "בשעה 02:00, ימי השבוע: יום ראשון"), ("0 10 * * 5L", .he, "בשעה 10:00, יום שישי האחרון בחודש"),
            ("0 2 * * 1-5", .en, "at 02:00 on Monday to Friday"),
        ])
    func words(expression: String, language: Language, words: String) throws {
        #expect(CronWords.describe(try Schedule.parse(expression), in: language) == words)
    }

    @Test("Vocabularies have all days and months", arguments: Language.allCases.filter { $0 != .en })
    func names(language: Language) throws {
        let words = try #require(ScheduleVocabulary.of(language))
        #expect(Set(words.weekdayNames).count == 7 && Set(words.monthNames).count == 12)
    }
}
