import HearthTelemetry

/// Numbers as people read them.
enum Figures {
    /// `9,871`
    static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// An amount as the API gives it, in millionths; 0 for what is no amount.
    static func micro(dollars: Double?) -> Int64 { Int64(exactly: ((dollars ?? 0) * 1_000_000).rounded()) ?? 0 }

    /// Dollars with two decimals, with more where the amount has them: `$18.02`, `$0.002`.
    static func dollars(micro: Int64) -> String {
        let magnitude = micro.magnitude
        var decimals = String(magnitude % 1_000_000)
        decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
        while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return (micro < 0 ? "-" : "") + "$" + grouped(Int64(magnitude / 1_000_000)) + "." + decimals
    }

    /// A sum: whole cents, rounded, from one dollar on; exact below, where cents would hide it.
    static func sum(micro: Int64) -> String {
        guard micro.magnitude >= 1_000_000 else { return dollars(micro: micro) }
        let rounded = (micro.magnitude + 5000) / 10_000 * 10_000
        return dollars(micro: micro < 0 ? -Int64(rounded) : Int64(rounded))
    }

    /// With a fixed number of decimals.
    static func fixed(_ number: Double, decimals: Int) -> String {
        var scale: Double = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (number.magnitude * scale).rounded()
        guard scaled.isFinite, scaled < 1e15 else { return "\(number)" }
        let whole = Int64(scaled)
        let sign = number < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + "\(whole)" }
        let factor = Int64(scale)
        let fraction = String(whole % factor)
        return sign + "\(whole / factor)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// One unit, rounded: `5 s`, `3 min`, `24 h`, `30 d`. A unit is used from two of the next smaller one's hundreds on.
    static func rough(_ duration: Duration) -> String {
        let seconds = max(0, duration.fractionalSeconds)
        if seconds < 99.5 { return "\(Int64(seconds.rounded())) s" }
        if seconds < 99.5 * 60 { return "\(Int64((seconds / 60).rounded())) min" }
        if seconds < 47.5 * 3600 { return "\(Int64((seconds / 3600).rounded())) h" }
        return "\(Int64((seconds / 86_400).rounded())) d"
    }

    /// Two units: `8 min 56 s`, `2 h 5 min`, `3 d 4 h`.
    static func twoUnits(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeMilliseconds / 1000)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        if seconds < 86_400 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
        return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
    }

    /// `17:40:00 UTC`; with the date in front when that is another day than `now`'s.
    static func clock(_ moment: Timestamp, now: Timestamp) -> String {
        let text = moment.description
        let time = text.dropFirst(11).prefix(8) + " UTC"
        let isToday = text.prefix(10) == now.description.prefix(10)
        return isToday ? String(time) : "\(text.prefix(10)) \(time)"
    }
}
