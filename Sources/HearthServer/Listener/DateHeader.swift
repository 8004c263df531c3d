import HearthTelemetry

/// The `Date` header's value, an IMF-fixdate (RFC 9110, 5.6.7), rendered again when the second changes.
final class DateHeader {
    private(set) var text: String
    private var second: Int64

    init(now: Timestamp) {
        second = now.seconds
        text = Self.render(now)
    }

    func update(now: Timestamp) {
        guard now.seconds != second else { return }
        second = now.seconds
        text = Self.render(now)
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func render(_ now: Timestamp) -> String {
        let day = now.seconds.flooredQuotient(by: 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let time = now.seconds - day * 86_400
        let weekday = Int(day - day.flooredQuotient(by: 7) * 7)
        return "\(days[weekday]), \(two(Int64(date.day))) \(months[date.month - 1]) \(date.year) "
            + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
