#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The standard `process_*` metrics, read from procfs at every scrape.
///
/// What cannot be read at the start, because there is no procfs or it hides it, is not exposed at all. `process_heap_bytes` is left out: the C
/// library would have to lock its arenas to tell it.
package struct ProcessCollector: Sendable {
    private let root: String
    private let cpu: FloatingCounter?
    private let openDescriptors: Gauge?
    private let maximumDescriptors: Gauge?
    private let virtualMemory: Gauge?
    private let maximumVirtualMemory: Gauge?
    private let residentMemory: Gauge?
    private let threads: Gauge?
    private let received: FloatingCounter?
    private let transmitted: FloatingCounter?

    /// - Parameter root: the folder of procfs, another one in tests.
    @discardableResult
    package init(registry: MetricRegistry, root: String = "/proc") {
        self.root = root
        let status = ProcessStatus(root: root)
        func gauge(_ descriptor: MetricDescriptor, if isKnown: Bool) -> Gauge? { isKnown ? registry.gauge(descriptor) : nil }
        func counter(_ descriptor: MetricDescriptor, if isKnown: Bool) -> FloatingCounter? {
            isKnown ? registry.floatingCounter(descriptor) : nil
        }
        cpu = counter(MetricCatalogue.processCPU, if: status != nil)
        virtualMemory = gauge(MetricCatalogue.processVirtualMemory, if: status != nil)
        residentMemory = gauge(MetricCatalogue.processResidentMemory, if: status != nil)
        threads = gauge(MetricCatalogue.processThreads, if: status != nil)
        openDescriptors = gauge(MetricCatalogue.processOpenDescriptors, if: Procfs.entryCount(of: root + "/self/fd") != nil)
        let traffic = NetworkTraffic(root: root)
        received = counter(MetricCatalogue.processNetworkReceived, if: traffic != nil)
        transmitted = counter(MetricCatalogue.processNetworkTransmitted, if: traffic != nil)
        if let started = status?.startTime(root: root) { registry.gauge(MetricCatalogue.processStartTime).set(started) }
        let limits = ProcessLimits(root: root)
        maximumDescriptors = gauge(MetricCatalogue.processMaximumDescriptors, if: limits != nil)
        maximumVirtualMemory = gauge(MetricCatalogue.processMaximumVirtualMemory, if: limits != nil)
        collect()
        registry.addCollector("process") { [self] in collect() }
    }

    private func collect() {
        if let status = ProcessStatus(root: root) {
            cpu?.set(total: status.cpuSeconds)
            virtualMemory?.set(status.virtualBytes)
            residentMemory?.set(status.residentBytes)
            threads?.set(status.threads)
        }
        if let count = Procfs.entryCount(of: root + "/self/fd") { openDescriptors?.set(count) }
        // They are not fixed: the service raises its own at the start, and prlimit(1) changes those of a running process.
        if let limits = ProcessLimits(root: root) {
            maximumDescriptors?.set(limits.openFiles)
            maximumVirtualMemory?.set(limits.addressSpaceBytes)
        }
        if let traffic = NetworkTraffic(root: root) {
            received?.set(total: traffic.receivedBytes)
            transmitted?.set(total: traffic.transmittedBytes)
        }
    }
}

/// `/proc/self/stat`, see proc(5).
struct ProcessStatus: Equatable {
    let cpuSeconds: Double
    let threads: Double
    let virtualBytes: Double
    let residentBytes: Double
    private let startTicks: Double

    init?(root: String) {
        guard let text = Procfs.text(root + "/self/stat") else { return nil }
        self.init(stat: text)
    }

    /// The fields are counted from behind the program's name, which is in parentheses and may contain anything.
    init?(stat text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        // The first of these is field 3 of the manual page.
        let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0.filter { $0 != "\n" }) ?? 0 }
        guard fields.count >= 22 else { return nil }
        cpuSeconds = (fields[11] + fields[12]) / Self.ticksPerSecond
        threads = fields[17]
        startTicks = fields[19]
        virtualBytes = fields[20]
        residentBytes = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// When the process started, in Unix seconds: ticks after the machine's start, which `/proc/stat` knows as `btime`.
    func startTime(root: String) -> Double? {
        guard let text = Procfs.text(root + "/stat") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst("btime ".count)).map { $0 + startTicks / Self.ticksPerSecond }
        }
        return nil
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }
}

/// `/proc/self/limits`; what is unlimited is infinite.
struct ProcessLimits: Equatable {
    let openFiles: Double
    let addressSpaceBytes: Double

    init?(root: String) {
        guard let text = Procfs.text(root + "/self/limits"), let files = Self.softLimit("Max open files", in: text),
            let space = Self.softLimit("Max address space", in: text)
        else { return nil }
        openFiles = files
        addressSpaceBytes = space
    }

    private static func softLimit(_ name: String, in text: String) -> Double? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            guard let value = line.dropFirst(name.count).split(separator: " ").first else { return nil }
            return value == "unlimited" ? .infinity : Double(value)
        }
        return nil
    }
}

/// `/proc/self/net/netstat`: the bytes of the network name space, which is the process's own in a container.
struct NetworkTraffic: Equatable {
    let receivedBytes: Double
    let transmittedBytes: Double

    init?(root: String) {
        guard let text = Procfs.text(root + "/self/net/netstat") else { return nil }
        self.init(netstat: text)
    }

    /// Two lines per group: names, then values in the same order.
    init?(netstat text: String) {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("IpExt:") }.map { $0.split(separator: " ") }
        guard lines.count == 2 else { return nil }
        let values = Dictionary(zip(lines[0], lines[1])) { first, _ in first }
        guard let received = values["InOctets"].flatMap({ Double($0) }), let transmitted = values["OutOctets"].flatMap({ Double($0) })
        else { return nil }
        receivedBytes = received
        transmittedBytes = transmitted
    }
}
