import HearthTelemetry
import NIOCore

/// What the handlers of all connections of a listener share.
final class ListenerContext: Sendable {
    let limits: HearthConfiguration.Limits
    let census: ConnectionCensus
    let instruments: HTTPInstruments
    let timeSource: any TimeSource
    private let tickers: [ObjectIdentifier: NIOLoopBound<LoopTicker>]
    private let dates: [ObjectIdentifier: NIOLoopBound<DateHeader>]

    init(
        limits: HearthConfiguration.Limits, group: any EventLoopGroup, instruments: HTTPInstruments, timeSource: any TimeSource
    ) async throws {
        self.limits = limits
        self.instruments = instruments
        self.timeSource = timeSource
        census = ConnectionCensus(limits: limits)
        var tickers: [ObjectIdentifier: NIOLoopBound<LoopTicker>] = [:]
        var dates: [ObjectIdentifier: NIOLoopBound<DateHeader>] = [:]
        for loop in group.makeIterator() {
            let made = try await loop.submit { Self.startTicker(on: loop, timeSource: timeSource) }.get()
            tickers[ObjectIdentifier(loop)] = made.0
            dates[ObjectIdentifier(loop)] = made.1
        }
        self.tickers = tickers
        self.dates = dates
    }

    private static func startTicker(
        on loop: any EventLoop, timeSource: any TimeSource
    ) -> (NIOLoopBound<LoopTicker>, NIOLoopBound<DateHeader>) {
        let ticker = NIOLoopBound(LoopTicker(), eventLoop: loop)
        let date = NIOLoopBound(DateHeader(now: timeSource.now()), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            date.value.update(now: timeSource.now())
            ticker.value.tick()
        }
        return (ticker, date)
    }

    /// The ticker of an event loop of the group; one that never ticks for any other loop, which there is none of.
    func ticker(of loop: any EventLoop) -> LoopTicker {
        tickers[ObjectIdentifier(loop)]?.value ?? LoopTicker()
    }

    /// The value of the `Date` header on this event loop.
    func date(on loop: any EventLoop) -> String {
        dates[ObjectIdentifier(loop)]?.value.text ?? DateHeader(now: timeSource.now()).text
    }
}
