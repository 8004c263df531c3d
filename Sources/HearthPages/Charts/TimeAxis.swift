import HearthTelemetry

/// Where a time axis has labels: on whole minutes, hours, days, ISO weeks or months of the zone.
struct TimeAxis: Sendable {
    let from: Timestamp
    let to: Timestamp

    func share(_ moment: Timestamp) -> Double {
        let length = Double(to.milliseconds - from.milliseconds)
        return length > 0 ? Double(moment.milliseconds - from.milliseconds) / length : 0
    }

    /// In order of time, so far apart that labels do not touch.
    ///
    /// - Parameter corner: the room before the axis in which the zone's name stands; nil where it stands elsewhere.
    func ticks(_ calendar: Calendar, width: Double, corner: Double? = nil) -> [Tick] {
        let step = Step.fitting((to - from).components.seconds)
        var ticks: [Tick] = []
        var lastEnd = corner.map { ChartFrame.width(of: calendar.abbreviation(from)) - $0 } ?? -Double.infinity
        for moment in moments(every: step, in: calendar) {
            let label = step.label(moment, calendar)
            let share = share(moment)
            let half = ChartFrame.width(of: label) / 2
            let middle = share * width
            guard middle - half > max(lastEnd + 8, 2), middle + half < width + 10 else { continue }
            lastEnd = middle + half
            ticks.append(Tick(share: share, label: label, isMinor: !ticks.count.isMultiple(of: 2)))
        }
        return ticks
    }

    private func moments(every step: Step, in calendar: Calendar) -> [Timestamp] {
        var found: [Timestamp] = []
        // Candidates are readings of the clock, one after another; each is taken back to the moment that it names.
        var local = step.floor(calendar.zone.local(from))
        let end = calendar.zone.local(to)
        while local <= end, found.count < 400 {
            let moment = calendar.zone.moment(ofLocal: local)
            if moment >= from, moment <= to, moment > (found.last ?? Timestamp(milliseconds: .min)) { found.append(moment) }
            local = step.next(local)
        }
        return found
    }

    /// The distance of two labels.
    enum Step: Sendable, Equatable {
        case minutes(Int64)
        case days(Int64)
        case weeks(Int64)
        case months(Int64)

        static func fitting(_ seconds: Int64) -> Step {
            switch seconds {
            case ...4000: .minutes(10)
            case ...8000: .minutes(20)
            case ...(8 * 3600): .minutes(60)
            case ...(14 * 3600): .minutes(120)
            case ...(26 * 3600): .minutes(180)
            case ...(50 * 3600): .minutes(360)
            case ...(10 * 86_400): .days(1)
            case ...(35 * 86_400): .weeks(1)
            case ...(100 * 86_400): .weeks(2)
            case ...(400 * 86_400): .months(1)
            default: .months(3)
            }
        }

        private static let dayLength: Int64 = 86_400_000

        func floor(_ local: Timestamp) -> Timestamp {
            let days = local.milliseconds.flooredQuotient(by: Self.dayLength)
            switch self {
            case .minutes(let minutes):
                return Timestamp(milliseconds: local.milliseconds.flooredQuotient(by: minutes * 60_000) * minutes * 60_000)
            case .days(let number): return Timestamp(milliseconds: days.flooredQuotient(by: number) * number * Self.dayLength)
            // Day 4 was a Monday.
            case .weeks(let number):
                return Timestamp(milliseconds: ((days - 4).flooredQuotient(by: 7 * number) * 7 * number + 4) * Self.dayLength)
            case .months(let number):
                let date = CivilDate(daysSinceEpoch: days)
                return Self.firstDay(ofMonth: (date.year * 12 + Int64(date.month - 1)).flooredQuotient(by: number) * number)
            }
        }

        func next(_ local: Timestamp) -> Timestamp {
            switch self {
            case .minutes(let minutes): return local + .seconds(minutes * 60)
            case .days(let number): return local + .seconds(number * 86_400)
            case .weeks(let number): return local + .seconds(number * 7 * 86_400)
            case .months(let number):
                let date = CivilDate(daysSinceEpoch: local.milliseconds.flooredQuotient(by: Self.dayLength))
                return Self.firstDay(ofMonth: date.year * 12 + Int64(date.month - 1) + number)
            }
        }

        func label(_ moment: Timestamp, _ calendar: Calendar) -> String {
            switch self {
            case .minutes:
                let reading = calendar.read(moment)
                return reading.hour == 0 && reading.minute == 0 ? calendar.day(moment) : calendar.clock(moment)
            case .days, .weeks: return calendar.day(moment)
            case .months: return calendar.shortMonth(moment)
            }
        }

        private static func firstDay(ofMonth index: Int64) -> Timestamp {
            let year = index.flooredQuotient(by: 12)
            let days = CivilDate(year: year, month: Int(index - year * 12) + 1, day: 1)?.daysSinceEpoch ?? 0
            return Timestamp(milliseconds: days * dayLength)
        }
    }
}

extension PageZone {
    /// The first moment at which clocks show this reading, or would if they did not skip it.
    func moment(ofLocal local: Timestamp) -> Timestamp {
        let guesses = Set(offsets.map(\.secondsEast)).map { local - .seconds($0) }
        return guesses.filter { self.local($0) == local }.min() ?? local - .seconds(offset(at: local).secondsEast)
    }
}
