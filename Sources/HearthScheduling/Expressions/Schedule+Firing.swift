package import HearthTelemetry

/// The search for firings.
///
/// Daylight saving follows two rules. An *interval* schedule fires at every instant whose label matches. A *fixed* schedule fires for each
/// matching label once: let H(v) be the largest label shown up to the instant v; it fires at v when a matching label lies in (H(v-1), H(v)].
/// An overlap thus fires the first time only, and a gap of any size fires once, at the first instant after it.
extension Schedule {
    /// Instants, in milliseconds, a million years around 1970; others have no firings, and civil-date arithmetic is exact up to there.
    private static let knownTime: ClosedRange<Int64> = -(1 << 55)...(1 << 55)

    /// The first firing later than an instant, or nil if there is none within 400 years.
    package func next(after instant: Timestamp) -> Firing? {
        guard Self.knownTime.contains(instant.milliseconds) else { return nil }
        let second = instant.milliseconds.floored(by: 1000) + 1
        switch kind {
        case .cron(let fields):
            guard let zone else {
                return fields.nextLabel(atOrAfter: second).map { Firing(instant: Timestamp(seconds: $0), labelSeconds: $0) }
            }
            return Self.next(fields, in: zone, atOrAfter: second)
        case .every(let period):
            let next = ((second - 1).floored(by: period) + 1) * period
            return firing(atElapsed: next)
        case .manual, .startup, .reboot:
            return nil
        }
    }

    /// The last firing earlier than an instant, or nil if there is none within 400 years.
    package func previous(before instant: Timestamp) -> Firing? {
        guard Self.knownTime.contains(instant.milliseconds) else { return nil }
        let second = (instant.milliseconds - 1).floored(by: 1000)
        switch kind {
        case .cron(let fields):
            guard let zone else {
                return fields.previousLabel(atOrBefore: second).map { Firing(instant: Timestamp(seconds: $0), labelSeconds: $0) }
            }
            return Self.previous(fields, in: zone, atOrBefore: second)
        case .every(let period):
            return firing(atElapsed: second.floored(by: period) * period)
        case .manual, .startup, .reboot:
            return nil
        }
    }

    private func firing(atElapsed second: Int64) -> Firing {
        let offset = zone?.interval(at: second).offset ?? 0
        return Firing(instant: Timestamp(seconds: second), offsetSeconds: offset, labelSeconds: second + offset)
    }

    private static func next(_ fields: CronFields, in zone: TimeZoneRules, atOrAfter second: Int64) -> Firing? {
        var from = second
        let limit = second + (CronFields.horizonYears + 1) * 366 * CronFields.secondsPerDay
        while from < limit {
            let interval = zone.interval(at: from)
            var label = from + interval.offset
            if !fields.isInterval {
                // Labels shown before are spent; labels that the interval's beginning jumped over are due there.
                label = from == interval.start ? interval.firstFreshLabel : max(label, interval.firstFreshLabel)
            }
            guard let found = fields.nextLabel(atOrAfter: label) else { return nil }
            if max(found - interval.offset, interval.start) < interval.end {
                return firing(label: found, in: interval, of: zone, isInterval: fields.isInterval)
            }
            // Nothing left in this interval. A firing at v or later shows a label between v + smallest and v + largest offset,
            // which bounds how far the search may jump without missing one.
            guard let bound = fields.nextLabel(atOrAfter: interval.end + zone.smallestOffset) else { return nil }
            from = max(interval.end, bound - zone.largestOffset)
        }
        return nil
    }

    private static func previous(_ fields: CronFields, in zone: TimeZoneRules, atOrBefore second: Int64) -> Firing? {
        var from = second
        let limit = second - (CronFields.horizonYears + 1) * 366 * CronFields.secondsPerDay
        while from > limit {
            let interval = zone.interval(at: from)
            let lowest = fields.isInterval ? interval.start + interval.offset : interval.firstFreshLabel
            guard let found = fields.previousLabel(atOrBefore: from + interval.offset) else { return nil }
            if found >= lowest {
                // Of several labels that an interval's beginning jumped over, the first one names the firing.
                let isAtGap = !fields.isInterval && found <= interval.start + interval.offset
                let label = isAtGap ? fields.nextLabel(atOrAfter: interval.firstFreshLabel) ?? found : found
                return firing(label: label, in: interval, of: zone, isInterval: fields.isInterval)
            }
            guard let bound = fields.previousLabel(atOrBefore: interval.start - 1 + zone.largestOffset) else { return nil }
            from = min(interval.start - 1, bound - zone.smallestOffset)
        }
        return nil
    }

    private static func firing(label: Int64, in interval: OffsetInterval, of zone: TimeZoneRules, isInterval: Bool) -> Firing {
        let instant = max(label - interval.offset, interval.start)
        let kind: DSTKind
        if label < interval.start + interval.offset {
            kind = .gapShifted
        } else if isInterval, label < interval.firstFreshLabel {
            kind = .overlapSecond
        } else if interval.end < OffsetInterval.distantFuture, label >= interval.end + zone.interval(at: interval.end).offset {
            kind = .overlapFirst
        } else {
            kind = .none
        }
        return Firing(instant: Timestamp(seconds: instant), offsetSeconds: interval.offset, labelSeconds: label, dstKind: kind)
    }
}
