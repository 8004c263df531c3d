import HearthTelemetry

/// How much of which work is refused while an event loop is late: a plain value; its owner guards it and gives it what was measured.
///
/// The time that requests wait in a queue is the measure, as in "Overload Control for Scaling WeChat Microservices" (Zhou et al., ACM
/// SoCC 2018, DAGOR) and "Fail at Scale" (Maurer, ACM Queue 2015): it says the same on every machine and at every load, which neither a
/// number of requests nor the use of processors does. As in DAGOR the mean over a window decides, so that one pause is no overload; a
/// window that was too late moves the level up, one that was not moves it down, more slowly; and work goes in the order of what its
/// loss costs: see ``WorkClass``.
///
/// Windows are 250 ms: background work has ended after one second of overload, lists after two, and after three most questions that the
/// provider would have to be asked are refused. All is back 14 s after the last late window.
struct ShedLevel: Sendable, Equatable {
    /// Samples of a window.
    static let window = 5
    /// What a late window adds, in thousandths of a class.
    static let rise = 250
    /// What another takes away.
    static let fall = 50

    /// Thousandths of the classes that are refused, the first one first: 1500 is all of the first and half of the second.
    private(set) var thousandths = 0
    /// The mean of the last whole window.
    private(set) var delay = Duration.zero
    private var sum = Duration.zero
    private var samples = 0

    /// Takes one measurement; true if it ended a window.
    mutating func note(_ delay: Duration, target: Duration) -> Bool {
        sum += delay
        samples += 1
        guard samples == Self.window else { return false }
        self.delay = sum / Self.window
        (sum, samples) = (.zero, 0)
        thousandths = self.delay > target ? min(thousandths + Self.rise, WorkClass.fullLevel) : max(thousandths - Self.fall, 0)
        return true
    }

    /// How many of a thousand pieces of such work are refused at a level.
    static func refused(_ work: WorkClass, at thousandths: Int) -> Int {
        min(max(thousandths - work.index * 1000, 0), work.mostRefused)
    }
}
