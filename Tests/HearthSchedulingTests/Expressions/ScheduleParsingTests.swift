import HearthScheduling
import HearthTelemetry
import Testing

@Suite("Expressions: what is read and what is refused")
struct ScheduleParsingTests {
    private static let start = moment("2026-01-01T00:00:00Z")

    @Test(
        "two spellings of one schedule are equal",
        arguments: [
            ("*/15 * * * *", "0,15,30,45 * * * *"), ("0 3 * * MON-FRI", "0 3 * * 1-5"), ("0 3 * * fri-sun", "0 3 * * 5-7"),
            ("0 3 * * 0", "0 3 * * 7"), ("0 3 * * SUN", "0 3 * * 7"), ("0 0 1 JAN,jul *", "0 0 1 1,7 *"),
            ("0 0 ? * 1", "0 0 * * 1"), ("0 0 1 * ?", "0 0 1 * *"), ("5-5 * * * *", "5 * * * *"), ("0 0 * * FRIL", "0 0 * * 5L"),
            ("0 0 * * 5#L", "0 0 * * 5l"), ("0 0 lw * *", "0 0 LW * *"), ("@daily", "0 0 * * *"), ("@MIDNIGHT", "0 0 * * *"),
            ("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0"), ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"),
            ("@annually", "@yearly"), ("@every 90m", "@every 1h30m"), ("  0 3 * *\t* ", "0 3 * * *"), ("0 0 1W,15W * *", "0 0 15W,1W * *"),
            ("0 0 */2 * +1", "0 0 1-31/2 * +1"), ("0 0 * * MON-SUN", "0 0 * * 0-6"),
        ])
    func equalSpellings(left: String, right: String) throws {
        let (one, other) = (try Schedule.parse(left), try Schedule.parse(right))
        #expect(one.firings(after: Self.start, count: 20) == other.firings(after: Self.start, count: 20))
    }

    @Test(
        "what crons read differently is refused with a spelling that all read alike",
        arguments: [
            ("5/15 * * * *", ScheduleError.Code.stepAfterValue, "5-59/15"), ("0 8/2 * * *", .stepAfterValue, "8-23/2"),
            ("0 0 * * MON/2", .stepAfterValue, "1-6/2"), ("0 22-2 * * *", .wrapAround, "22-23,0-2"),
            ("50-10 * * * *", .wrapAround, "50-59,0-10"),
            ("0 22-0 * * *", .wrapAround, "22-23,0"), ("0 23-1 * * *", .wrapAround, "23,0-1"), ("0 0 * 11-2 *", .wrapAround, "11-12,1-2"),
            ("0 0 * * FRI-MON", .wrapAround, "5-7,1"), ("0 0 * * 6-0", .wrapAround, "6-7"), ("0 0 * * 7-2", .wrapAround, "0-2"),
            ("0 0 * * FRI-TUE", .wrapAround, "5-7,1-2"), ("0 22-2/2 * * *", .wrapAround, "22,0,2"), ("*/0 * * * *", .stepZero, "*"),
            ("1-9/0 * * * *", .stepZero, "1-9"), ("*/60 * * * *", .stepTooLarge, "0"), ("0 */24 * * *", .stepTooLarge, "0"),
            ("0-10/11 * * * *", .stepTooLarge, "0"), ("1,,2 * * * *", .emptyItem, "1,2"), ("1,2, * * * *", .emptyItem, "1,2"),
            (",1 * * * *", .emptyItem, "1"), ("? * * * *", .misplaced, "*"), ("0 0 * * L", .misplaced, "SAT"),
            ("0 0 * * MONDAY", .unknownName, "MON"), ("0 0 * FEV *", .unknownName, "FEB"), ("0 0 */2 * 1", .ambiguousDays, "+1"),
            ("0 0 1 * */2", .ambiguousDays, "+*/2"), ("0 0 */2 * */3", .ambiguousDays, "+*/3"), ("@dayly", .unknownNickname, "@daily"),
        ])
    func refusedWithSuggestion(text: String, code: ScheduleError.Code, suggestion: String) {
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse(text) }
        #expect(error?.code == code)
        #expect(error?.suggestion == suggestion)
        #expect(error?.message.contains(suggestion) == true)
    }

    @Test("every suggestion for a field is itself accepted", arguments: ["5/15", "50-10", "20-5/7", "*/60", "1,,2", "*/0", "0-10/20"])
    func suggestionsParse(field: String) throws {
        let error = try #require(throws: ScheduleError.self) { try Schedule.parse("\(field) * * * *") }
        _ = try Schedule.parse("\(try #require(error.suggestion)) * * * *")
    }

    @Test(
        "faults are named",
        arguments: [
            ("", ScheduleError.Code.empty), ("   ", .empty), ("* * * *", .fieldCount), ("0 0 3 * * *", .fieldCount),
            ("* * * * * * * *", .fieldCount), ("60 * * * *", .outOfRange), ("0 24 * * *", .outOfRange), ("0 0 0 * *", .outOfRange),
            ("0 0 32 * *", .outOfRange), ("0 0 * 13 *", .outOfRange), ("0 0 * * 8", .outOfRange), ("0 0 * * 1#6", .outOfRange),
            ("0 0 L-31 * *", .outOfRange), ("0 0 0W * *", .outOfRange), ("a * * * *", .unexpectedCharacter),
            ("1- * * * *", .unexpectedCharacter),
            ("1/ * * * *", .stepAfterValue), ("*/ * * * *", .unexpectedCharacter), ("-1 * * * *", .unexpectedCharacter),
            ("1.5 * * * *", .unexpectedCharacter), ("00000 * * * *", .unexpectedCharacter), ("٣ * * * *", .unexpectedCharacter),
            ("** * * * *", .unexpectedCharacter), ("H * * * *", .misplaced), ("0 L * * *", .misplaced), ("0 0 5L * *", .misplaced),
            ("0 0 * * 1W", .misplaced), ("0 0 31 2 *", .impossible), ("0 0 31 4,6,9,11 *", .impossible), ("0 0 30W 2 *", .impossible),
            ("0 0 L-29 2 *", .impossible), ("0 0 0 29 2 * 2027", .impossible), ("0 0 1 * +", .emptyItem),
            ("@reboots now", .unknownNickname),
            ("@daily 5", .fieldCount), ("@every", .badDuration), ("@every 0s", .badDuration), ("@every 5", .badDuration),
            ("@every 1.5h", .badDuration), ("@every 200000d", .badDuration), ("@every 99999999999999999999s", .badDuration),
            ("0 0 0 * * * 1969", .outOfRange), ("0 0 0 * * * 2200", .outOfRange), ("TZ=UTC 0 0 * * *", .misplaced),
            ("CRON_TZ=Europe/Athen 0 0 * * *", .unknownZone), ("CRON_TZ= 0 0 * * *", .unknownZone), ("CRON_TZ=UTC", .empty),
        ])
    func faults(text: String, code: ScheduleError.Code) {
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse(text) }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }

    @Test("six fields need the flag, and the error names the three meanings")
    func sixFields() throws {
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse("30 0 3 * * *") }
        let message = error?.message ?? ""
        #expect(message.contains("seconds first") && message.contains("year last") && message.contains("user name"))
        let schedule = try Schedule.parse("30 0 3 * * *", seconds: true)
        #expect(schedule.next(after: Self.start)?.instant == moment("2026-01-01T03:00:30Z"))
        #expect(try Schedule.parse("0 3 * * *", seconds: true).next(after: Self.start)?.instant == moment("2026-01-01T03:00:00Z"))
    }

    @Test("the ambiguous day fields have two readings, and the error shows the next dates of both")
    func ambiguity() throws {
        let text = "0 0 */10 * 1"
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse(text) }
        #expect(error?.message.contains("2026-05-11, 2026-06-01, 2026-08-31") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("2026-01-01, 2026-01-05, 2026-01-11") == true)
        let both = try Schedule.parse(text, dialect: .vixie)
        let either = try Schedule.parse(text, dialect: .ocps)
        #expect(both.next(after: Self.start)?.instant == moment("2026-05-11T00:00:00Z"))
        #expect(either.next(after: Self.start)?.instant == moment("2026-01-05T00:00:00Z"))
        #expect(try Schedule.parse("0 0 */10 * +1") == both)
    }

    @Test("the time zone comes from the job or from the prefix, never from both")
    func zones() throws {
        let prefixed = try Schedule.parse("CRON_TZ=Asia/Tokyo 0 3 * * *")
        #expect(prefixed.timezone == "Asia/Tokyo")
        #expect(try Schedule.parse("0 3 * * *", timezone: "Asia/Tokyo") == prefixed)
        let twice = #expect(throws: ScheduleError.self) { try Schedule.parse("CRON_TZ=Asia/Tokyo 0 3 * * *", timezone: "Asia/Tokyo") }
        #expect(twice?.code == .zoneGivenTwice)
        let unknown = #expect(throws: ScheduleError.self) { try Schedule.parse("0 3 * * *", timezone: "europe/athens") }
        #expect(unknown?.suggestion == "Europe/Athens")
    }

    @Test(
        "names that are no zones never reach the file system",
        arguments: [
            "../../etc/passwd", "/etc/localtime", "right/Europe/Athens", "posix/UTC", "localtime", "Europe//Athens", "", "Europe/Ath ens",
            "Europe/..",
        ])
    func hostileZones(name: String) {
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse("0 3 * * *", timezone: name) }
        #expect(error?.code == .unknownZone)
    }

    @Test("overlong text is refused before it is read")
    func overlong() {
        let error = #expect(throws: ScheduleError.self) { try Schedule.parse(String(repeating: "1,", count: 600) + "1 * * * *") }
        #expect(error?.code == .tooLong)
    }

    @Test(
        "the class of a job follows the minute and hour fields",
        arguments: [
            ("*/5 3 * * *", true), ("0 * * * *", true), ("0 */2 * * *", true), ("0 3 * * *", false), ("0-59 3 * * *", false),
            ("0 0-23 * * *", false), ("@every 1h", true), ("@hourly", true), ("@daily", false), ("*/5 0 3 * * * *", false),
        ])
    func classes(text: String, isInterval: Bool) throws {
        #expect(try Schedule.parse(text).isInterval == isInterval)
    }

    @Test(
        "words",
        arguments: [
            ("0 3 * * *", "at 03:00"), ("5 * * * *", "at minute 5 of every hour"), ("*/10 * * * *", "every 10 minutes"),
            ("* * * * *", "every minute"), ("30 2,14 * * MON-FRI", "at 02:30 and 14:30 on Monday to Friday"),
            ("0 0 1 1 *", "at 00:00 on day 1 of the month in January"),
            ("0 0 LW * *", "at 00:00 on the weekday nearest to the last day of the month"),
            ("0 0 * * 5#2", "at 00:00 on the second Friday of the month"), ("0 0 13 * 5", "at 00:00 on day 13 of the month, or on Friday"),
            ("0 0 13 * +5", "at 00:00 on day 13 of the month if that is Friday"), ("@every 15s", "every 15 seconds"),
            ("*/5 9-17 * * *", "every 5 minutes during hours 09 to 17"), ("@manual", "only by hand"),
            ("@startup", "once when the service starts"), ("0 0 * * SAT,SUN", "at 00:00 on Saturday and Sunday"),
        ])
    func words(text: String, words: String) throws {
        #expect(CronWords.describe(try Schedule.parse(text)) == words)
    }
}

/// A moment in a test; the text is known to be right.
func moment(_ text: String) -> Timestamp {
    guard let timestamp = Timestamp(iso8601: text) else { preconditionFailure("\(text) is not a moment") }
    return timestamp
}
