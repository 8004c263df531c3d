import Foundation
import Testing

@Suite("The sources keep the rules of the architecture")
struct ArchitectureTests {
    /// Unsafe code outside HearthDrivers, each with its reason.
    static let unsafeFiles = [
        "HearthPages/Runbooks/Runbook.swift": "reads the bytes that the C compiler has embedded",
        "HearthServer/Startup/DataFolderLock.swift": "asks the system whether a file system is read-only",
        "HearthCLI/Output/Terminal.swift": "ioctl fills a structure during the call",
        "HearthServer/Configuration/ConfigurationLoader.swift": "swift-configuration takes the file as a raw span",
        "HearthServer/Service/FileDescriptors.swift": "getrlimit and setrlimit take a structure during the call",
        "HearthTelemetry/InstrumentSets/Procfs.swift": "open and readdir; the metrics of the process stand below HearthDrivers",
        "HearthTelemetry/Logging/LogSink.swift": "write; the log stands below HearthDrivers",
        "HearthTelemetry/Time/TimeSource.swift": "clock_gettime; the clocks stand below HearthDrivers",
    ]

    private static let sources = SourceFile.packageRoot().appendingPathComponent("Sources")
    private static let files = Result { try SourceFile.all(below: sources) }

    @Test("No file breaks a rule")
    func sourcesKeepTheRules() throws {
        let files = try Self.files.get()
        let violations = try ArchitectureRules(unsafeFiles: Self.unsafeFiles).violations(in: files)
        #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
    }

    @Test(
        "Every module of the map has been scanned",
        arguments: ArchitectureRules.layers.keys.filter { ArchitectureRules.cModules[$0] == nil })
    func everyModuleIsScanned(module: String) throws {
        let files = try Self.files.get()
        #expect(files.contains { $0.module == module })
    }

    @Test("Every folder of Sources has a layer")
    func everyFolderHasALayer() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path).filter { !$0.hasPrefix(".") }
        #expect(Set(folders) == Set(ArchitectureRules.layers.keys))
    }
}

@Suite("The scan finds what it looks for")
struct ArchitectureRulesTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var rule: Violation.Rule
        var path: String
        var text: String
        var testDescription: String { "\(rule.rawValue): \(text.prefix(60))" }
    }

    static let faults = [
        Fault(rule: .unknownModule, path: "HearthMagic/Wand.swift", text: "struct Wand {}"),
        Fault(rule: .unknownModule, path: "HearthCache/Key.swift", text: "import HearthMagic"),
        Fault(rule: .importGoesUp, path: "HearthTelemetry/Clock.swift", text: "import HearthDrivers"),
        Fault(rule: .importGoesUp, path: "HearthCache/Key.swift", text: "package import HearthStatistics"),
        Fault(rule: .importGoesUp, path: "HearthPages/Page.swift", text: "@preconcurrency import HearthScheduling"),
        Fault(rule: .importGoesUp, path: "HearthScheduling/Job.swift", text: "@_spi(Jobs) package import struct HearthServer.Wiring"),
        Fault(rule: .importGoesUp, path: "HearthServer/Root.swift", text: "import HearthCLI"),
        Fault(rule: .serverFramework, path: "HearthCLI/Serve.swift", text: "import Hummingbird"),
        Fault(rule: .serverFramework, path: "HearthCache/Serve.swift", text: "internal import HummingbirdCore"),
        Fault(rule: .cLibrary, path: "HearthUpstream/Call.swift", text: "import CCurl"),
        Fault(rule: .cLibrary, path: "HearthServer/Call.swift", text: "private import CPostgres"),
        Fault(rule: .unsafeCode, path: "HearthCache/Key.swift", text: "let first = unsafe pointer.pointee"),
        Fault(rule: .unsafeCode, path: "HearthCache/Key.swift", text: "func f(_ p: UnsafeRawBufferPointer) {}"),
        Fault(rule: .unsafeCode, path: "HearthCache/Key.swift", text: "nonisolated(unsafe) var count = 0"),
        Fault(rule: .unsafeCode, path: "HearthCache/Key.swift", text: "bytes.withUnsafeBytes { $0.count }"),
        Fault(rule: .forcedTry, path: "HearthCache/Key.swift", text: "let key = try! read()"),
        Fault(rule: .forcedCast, path: "HearthCache/Key.swift", text: "let key = value as! String"),
        Fault(rule: .fatalError, path: "HearthCache/Key.swift", text: "default: fatalError(\"never\")"),
        Fault(rule: .forcedUnwrap, path: "HearthCache/Key.swift", text: "let first = list.first!"),
        Fault(rule: .forcedUnwrap, path: "HearthCache/Key.swift", text: "return table[key]!.count"),
        Fault(rule: .forcedUnwrap, path: "HearthCache/Key.swift", text: "let first = make()!"),
        Fault(rule: .forcedUnwrap, path: "HearthCache/Key.swift", text: "var view: View!"),
        Fault(rule: .forcedUnwrap, path: "HearthCache/Key.swift", text: "print(\"the first is \\(list.first!)\")"),
        Fault(rule: .publicAccess, path: "HearthCache/Key.swift", text: "public struct Key {}"),
        Fault(rule: .publicAccess, path: "HearthCache/Key.swift", text: "    @inlinable public func f() {}"),
        Fault(rule: .unfinished, path: "HearthCache/Key.swift", text: "// TODO: later"),
        Fault(rule: .unfinished, path: "HearthCache/Key.swift", text: "/* FIXME */"),
        Fault(rule: .tooLong, path: "HearthCache/Key.swift", text: String(repeating: "\n", count: ArchitectureRules.maximumLines + 1)),
        Fault(rule: .vagueFolder, path: "HearthCache/Utils/Key.swift", text: "struct Key {}"),
        Fault(rule: .vagueFolder, path: "HearthCache/Keys/Helpers/Key.swift", text: "struct Key {}"),
        Fault(rule: .typeNamedLikeModule, path: "HearthCache/Cache.swift", text: "package struct HearthCache {}"),
        Fault(rule: .typeNamedLikeModule, path: "HearthCache/Cache.swift", text: "final class HearthCache: Sendable {}"),
    ]

    @Test("A made-up fault is found, by its rule and nothing else", arguments: faults)
    func faultIsFound(fault: Fault) throws {
        let violations = try ArchitectureRules().violations(in: [SourceFile(path: fault.path, text: fault.text)])
        #expect(violations.map(\.rule) == [fault.rule])
    }

    @Test("There is a made-up fault for every rule but that of stale allowances", arguments: Violation.Rule.allCases)
    func everyRuleIsTried(rule: Violation.Rule) {
        #expect(rule == .staleAllowance || Self.faults.contains { $0.rule == rule })
    }

    @Test("The line of a fault is told")
    func lineIsTold() throws {
        let text = "import Logging\n\n/* a comment\n of lines */\nlet x = try! f()\n"
        let violations = try ArchitectureRules().violations(in: [SourceFile(path: "HearthCache/Key.swift", text: text)])
        #expect(violations.map(\.line) == [5])
    }

    static let innocent = [
        "import HearthTelemetry\npackage import HearthDrivers\nimport Foundation\nimport Logging",
        "// fatalError, try! and list.first! are not used here; unsafe code neither",
        "let text = \"try! fatalError() a! unsafe\"",
        "let text = \"\"\"\n    try! fatalError()\n    unsafe import CCurl\n    \"\"\"",
        "let text = #\"a \"quoted\" try! \\(notCode!) word\"#",
        "let text = \"outer \\(inner(\"nested ! text!\")) end!\"",
        "let path = \"https://example.org/try!\" // as!",
        "if a != b, !c, a! != nil {}".replacing("a! ", with: "a "),
        "guard !isEmpty else { return }",
        "let text = \"backslash \\\\\"; let other = !flag",
        "struct HearthCacheKey {}",
        "let isPublic = true\nlet open = 1",
    ]

    @Test("Innocent code is left alone", arguments: innocent)
    func innocentCodePasses(text: String) throws {
        #expect(try ArchitectureRules().violations(in: [SourceFile(path: "HearthCache/Key.swift", text: text)]) == [])
    }

    @Test("Unsafe code passes in HearthDrivers and where it is allowed with a reason")
    func unsafeCodeIsAllowedInItsPlaces() throws {
        let text = "let first = unsafe pointer.pointee"
        let drivers = SourceFile(path: "HearthDrivers/Pointer.swift", text: text)
        let allowed = SourceFile(path: "HearthTelemetry/Clock.swift", text: text)
        let rules = try ArchitectureRules(unsafeFiles: ["HearthTelemetry/Clock.swift": "a reason"])
        #expect(rules.violations(in: [drivers, allowed]) == [])
    }

    @Test("An allowance that nothing needs any more is reported")
    func staleAllowanceIsReported() throws {
        let rules = try ArchitectureRules(unsafeFiles: [
            "HearthTelemetry/Clock.swift": "a reason", "HearthTelemetry/Gone.swift": "a reason",
        ])
        let violations = rules.violations(in: [SourceFile(path: "HearthTelemetry/Clock.swift", text: "struct Clock {}")])
        #expect(violations.map(\.rule) == [.staleAllowance, .staleAllowance])
    }
}
