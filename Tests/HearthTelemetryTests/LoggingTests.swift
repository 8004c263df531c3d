import Foundation
import HearthTelemetry
import Logging
import Testing

struct LoggingTests {
    private let registry = MetricRegistry()
    private let pipe = Pipe()
    private let moment = Timestamp(milliseconds: 1_763_838_000_123)

    private func setup(_ format: LogFormat, level: Logger.Level = .trace, bufferBytes: Int = 1 << 20) -> LogSetup {
        LogSetup(
            level: level, format: format, descriptor: pipe.fileHandleForWriting.fileDescriptor, bufferBytes: bufferBytes,
            instruments: LogInstruments(registry: registry), timeSource: ManualTimeSource(now: moment))
    }

    /// What was written, after all of it was.
    private func written(_ setup: LogSetup) throws -> String {
        #expect(setup.sink.flush(within: .seconds(10)))
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(parsed as? [String: Any])
        }
    }

    @Test("A line is one object with time, level, message, logger and the facts as fields")
    func json() throws {
        let setup = setup(.json)
        var logger = setup.logger("hearth.test")
        logger[metadataKey: "request_id"] = "abc"
        logger.warning(
            "store is slow",
            metadata: [
                "trace_id": "4bf9", "count": .stringConvertible(3), "share": .stringConvertible(0.5), "late": .stringConvertible(true),
                "store": ["name": "sqlite", "host": ["port": "1"]], "list": ["a", "b"],
            ])
        let text = try written(setup)
        #expect(text.hasPrefix(#"{"time":"2025-11-22T19:00:00.123Z","level":"warning","message":"store is slow","logger":"hearth.test","#))
        let object = try #require(try objects(text).first)
        #expect(object["request_id"] as? String == "abc")
        #expect(object["trace_id"] as? String == "4bf9")
        #expect(object["count"] as? Int == 3)
        #expect(object["share"] as? Double == 0.5)
        #expect(object["late"] as? Bool == true)
        #expect(object["store.name"] as? String == "sqlite")
        #expect(object["store.host.port"] as? String == "1")
        #expect(object["list"] as? [String] == ["a", "b"])
    }

    @Test(
        "Hostile text stays one line of valid JSON and is read back as it was",
        arguments: [
            "quote\" backslash\\ slash/", "line\nfeed\r\ntab\t", "\u{0}\u{1}\u{1F}\u{7F}", "\u{2028}\u{2029}\u{FEFF}", "שלום 👩‍👩‍👧 é",
            "\u{1B}[31mred",
            "{\"level\":\"critical\"}", String(decoding: [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self), "",
        ])
    func hostile(text: String) throws {
        let setup = setup(.json)
        setup.logger(text).info("\(text)", metadata: ["value": "\(text)", "key\(text)": "x"])
        let lines = try written(setup)
        #expect(lines.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        let object = try #require(try objects(lines).first)
        #expect(object["message"] as? String == text)
        #expect(object["logger"] as? String == text)
        #expect(object["value"] as? String == text)
        #expect(object["key\(text)"] as? String == "x")
    }

    @Test("Fields cannot pretend to be the line's own, and come once")
    func reservedFields() throws {
        let setup = setup(.json)
        setup.logger("real").info("real", metadata: ["level": "critical", "message": "forged", "a": ["b": "1"], "a.b": "2"])
        let text = try written(setup)
        #expect(text.components(separatedBy: "\"level\":").count == 2)
        let object = try #require(try objects(text).first)
        #expect(object["level"] as? String == "info")
        #expect(object["metadata.level"] as? String == "critical")
        #expect(object["message"] as? String == "real")
    }

    @Test(
        "Secrets are not written, under whatever spelling of their field's name",
        arguments: [
            "authorization", "Authorization", "api_key", "API-Key", "x-api-key", "openai.api.key", "Set-Cookie", "admin_token", "password",
        ])
    func secrets(field: String) throws {
        let setup = setup(.json)
        setup.logger("test").info(
            "x", metadata: ["\(field)": "hunter2", "nested": ["\(field)": "hunter2"], "list": [["\(field)": "hunter2"]]])
        let text = try written(setup)
        #expect(!text.contains("hunter2"))
        #expect(text.contains("[redacted]"))
    }

    @Test("Values that look like credentials are not written", arguments: ["sk-abcdef", "Bearer abcdef", "Basic abcdef"])
    func secretValues(value: String) throws {
        let setup = setup(.text)
        setup.logger("test").info("x", metadata: ["harmless": "\(value)"])
        #expect(try !written(setup).contains("abcdef"))
    }

    @Test("Counts of tokens are no secrets")
    func tokenCounts() throws {
        let setup = setup(.json)
        setup.logger("test").info("x", metadata: ["input_tokens": "120"])
        #expect(try written(setup).contains(#""input_tokens":"120""#))
    }

    @Test("Long values and many fields are cut, at whole characters")
    func long() throws {
        let setup = setup(.json)
        var metadata: Logger.Metadata = ["a": "\(String(repeating: "é", count: 20_000))"]
        for index in 0..<500 { metadata["field\(index)"] = "x" }
        setup.logger("test").info("x", metadata: metadata)
        let object = try #require(try objects(try written(setup)).first)
        let value = try #require(object["a"] as? String)
        #expect(value.utf8.count < 16_400 && value.hasSuffix("é…"))
        #expect(object.count <= 68)
    }

    @Test("Text is for people: time of day, level, message, fields; control characters cannot reach the terminal")
    func text() throws {
        let setup = setup(.text)
        setup.logger("hearth.test").error("went\u{1B}[2J wrong\nfully", metadata: ["store": "sqlite", "why": "no space \u{202E}left"])
        let text = try written(setup)
        #expect(
            text == #"19:00:00.123 error    went\u{1B}[2J wrong\u{A}fully  logger=hearth.test store=sqlite why="no space \u{202E}left""#
                + "\n")
    }

    @Test("Lines are counted by level before they are written, and those below the level are not")
    func counts() throws {
        let setup = setup(.json, level: .info)
        let logger = setup.logger("test")
        logger.debug("no")
        logger.info("yes")
        logger.error("yes")
        #expect(try written(setup).split(separator: "\n").count == 2)
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"hearth_log_messages_total{level="debug"}"#] == "0")
        #expect(samples[#"hearth_log_messages_total{level="info"}"#] == "1")
        #expect(samples[#"hearth_log_messages_total{level="error"}"#] == "1")
    }

    @Test("A reader that does not read makes no caller wait: lines are dropped, counted, and never cut")
    func blocked() throws {
        let setup = setup(.json, bufferBytes: 10_000)
        let logger = setup.logger("test")
        // A pipe takes 64 KiB, the buffer 10 kB; the rest has no place while nobody reads.
        for index in 0..<5000 { logger.info("line", metadata: ["index": .stringConvertible(index)]) }
        #expect(!setup.sink.flush(within: .milliseconds(1)))
        let dropped = try #require(Exposition(registry.render(.text)).samples["hearth_log_dropped_total"].flatMap { Int($0) })
        #expect(dropped > 3000)
        let reader = pipe.fileHandleForReading
        let received = Collected()
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            received.set(try? reader.readToEnd())
            end.signal()
        }
        #expect(setup.sink.flush(within: .seconds(10)))
        try pipe.fileHandleForWriting.close()
        end.wait()
        let lines = try objects(String(decoding: received.data, as: UTF8.self))
        #expect(lines.count == 5000 - dropped)
        let indexes = lines.compactMap { $0["index"] as? Int }
        #expect(indexes == indexes.sorted())
    }

    @Test("Lines for a descriptor that is closed are dropped and counted")
    func closed() throws {
        let instruments = LogInstruments(registry: registry)
        let sink = LogSink(descriptor: -1, dropped: instruments.dropped)
        for _ in 0..<10 { sink.write(Array("line\n".utf8)) }
        #expect(sink.flush(within: .seconds(10)))
        #expect(instruments.dropped.value == 10)
    }

    @Test("Lines of many threads are not mixed")
    func threads() async throws {
        let setup = setup(.json)
        let logger = setup.logger("test")
        await withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask { for index in 0..<50 { logger.info("line", metadata: ["from": "\(writer)-\(index)"]) } }
            }
        }
        let lines = try objects(try written(setup))
        #expect(Set(lines.compactMap { $0["from"] as? String }).count == 400)
    }
}

/// Hands data from one thread to another that waits for it.
private final class Collected: @unchecked Sendable {
    private let lock = NSLock()
    private var bytes = Data()

    var data: Data { lock.withLock { bytes } }

    func set(_ data: Data?) {
        lock.withLock { bytes = data ?? Data() }
    }
}
