package import HearthTelemetry

/// A time zone for a stretch of time: what its clocks show, as plain values.
package struct PageZone: Sendable, Equatable {
    /// An IANA name.
    package var name: String
    /// In order of time; the first also holds before. Never empty.
    package var offsets: [Offset]

    package struct Offset: Sendable, Equatable {
        package var from: Timestamp
        package var secondsEast: Int
        /// Such as `EET`.
        package var abbreviation: String

        package init(from: Timestamp, secondsEast: Int, abbreviation: String) {
            self.from = from
            self.secondsEast = secondsEast
            self.abbreviation = abbreviation
        }
    }

    package static let utc = PageZone(
        name: "UTC", first: Offset(from: Timestamp(milliseconds: 0), secondsEast: 0, abbreviation: "UTC"))

    package init(name: String, first: Offset, later: [Offset] = []) {
        self.name = name
        offsets = [first] + later
    }

    func offset(at moment: Timestamp) -> Offset {
        offsets.last { $0.from <= moment } ?? offsets[0]
    }

    /// The same reading of the clock as if it were one of UTC.
    func local(_ moment: Timestamp) -> Timestamp {
        moment + .seconds(offset(at: moment).secondsEast)
    }
}
