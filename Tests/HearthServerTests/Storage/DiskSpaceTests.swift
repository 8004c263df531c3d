import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthServer

@Suite("The room on the disk of the data folder", .timeLimit(.minutes(1)))
struct DiskSpaceTests {
    @Test("It has a size and room; where the folder is gone, the last numbers stay and the failure is counted")
    func figures() throws {
        let registry = MetricRegistry()
        func value(_ name: String) -> Double? { MetricSamples(String(decoding: registry.render(.text), as: UTF8.self)).value(name) }
        var folder: HearthTestKit.TemporaryFolder? = try HearthTestKit.TemporaryFolder(named: "hearth-disk")
        Composition.watchDisk(of: try #require(folder?.path), registry)
        let size = try #require(value("hearth_data_disk_size_bytes"))
        let free = try #require(value("hearth_data_disk_free_bytes"))
        #expect(free > 0 && size >= free)
        #expect(value("hearth_metrics_collector_errors_total") == 0)
        folder = nil
        #expect(value("hearth_data_disk_size_bytes") == size)
        #expect(try #require(value("hearth_metrics_collector_errors_total")) > 0)
    }

    @Test("Who cannot be told learns of what, and what to do")
    func unreadable() {
        let error = #expect(throws: DiskSpace.Unreadable.self) { try DiskSpace(of: "/nowhere/at/all") }
        #expect(error.map { "\($0)" }?.contains("/nowhere/at/all is (error 2). Look") == true)
    }
}
