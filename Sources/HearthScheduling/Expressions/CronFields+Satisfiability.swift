extension CronFields {
    /// Whether any date matches: an exact check of every month over the 14 shapes a year can have (seven first weekdays, leap or not).
    ///
    /// With a year field only the shapes of its years count.
    var isSatisfiable: Bool {
        for shape in 0..<14 where hasYear(ofShape: shape) {
            let (firstWeekday, isLeap) = (shape % 7, shape >= 7)
            var dayOfYear = 0
            for month in 1...12 {
                let length = CivilDay.length(ofMonth: month, isLeap: isLeap)
                if months & (1 << UInt32(month)) != 0, days.days(length: length, firstWeekday: (firstWeekday + dayOfYear) % 7) != 0 {
                    return true
                }
                dayOfYear += length
            }
        }
        return false
    }

    private func hasYear(ofShape shape: Int) -> Bool {
        guard let years else { return true }
        var year = years.next(atOrAfter: 0)
        while let candidate = year {
            let firstWeekday = CivilDay.weekday(ofDay: CivilDay.daysSinceEpoch(year: candidate, month: 1, day: 1))
            if shape == firstWeekday + (CivilDay.isLeap(candidate) ? 7 : 0) { return true }
            year = years.next(atOrAfter: candidate + 1)
        }
        return false
    }
}
