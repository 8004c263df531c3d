import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthCache

@Suite("Known keys")
struct KnownKeysTests {
    private static func key(_ number: UInt8) -> CacheKey {
        CacheKey(language: .en, form: CanonicalForm(scope: [1], text: [number]))
    }

    @Test("Until the file has been read any key may be in it")
    func unknown() {
        let keys = KnownKeys(limit: 10)
        #expect(keys.mayHold(Self.key(1)))
        keys.note([Self.key(2)])
        #expect(keys.mayHold(Self.key(1)))
        #expect(keys.count == 0)
    }

    @Test("What was read or written since may be there, and nothing else")
    func known() async {
        let keys = KnownKeys(limit: 10)
        await keys.learn { [Self.key(1).spread] }
        keys.note([Self.key(2)])
        #expect(keys.mayHold(Self.key(1)) && keys.mayHold(Self.key(2)))
        #expect(!keys.mayHold(Self.key(3)))
        #expect(keys.count == 2)
    }

    @Test("What is written while the file is read is known whether the reader saw it or not, and what is gone is forgotten")
    func writtenMeanwhile() async {
        let keys = KnownKeys(limit: 10)
        await keys.learn { [Self.key(1).spread] }
        await keys.learn {
            keys.note([Self.key(2)])
            #expect(keys.mayHold(Self.key(1)))
            return [Self.key(3).spread]
        }
        #expect(!keys.mayHold(Self.key(1)))
        #expect(keys.mayHold(Self.key(2)) && keys.mayHold(Self.key(3)))
    }

    @Test("Beyond the limit nothing is known: neither when it is read, nor when it is written")
    func limit() async {
        let keys = KnownKeys(limit: 2)
        await keys.learn { [1, 2, 3] }
        #expect(keys.mayHold(Self.key(1)))
        await keys.learn { [1, 2] }
        #expect(!keys.mayHold(Self.key(1)))
        keys.note([Self.key(1)])
        #expect(keys.mayHold(Self.key(2)))
        #expect(keys.count == 0)
    }

    @Test("A read of the file before is not taken for one of the file that was opened meanwhile")
    func forgotten() async {
        let keys = KnownKeys(limit: 10)
        await keys.learn { [1] }
        await keys.learn {
            keys.forget()
            return [2]
        }
        #expect(keys.mayHold(Self.key(1)))
    }

    private struct Failure: Error {}

    @Test("A read that fails changes nothing")
    func failure() async throws {
        let keys = KnownKeys(limit: 10)
        await keys.learn { [Self.key(1).spread] }
        await #expect(throws: Failure.self) { try await keys.learn { () async throws(Failure) in throw Failure() } }
        #expect(keys.mayHold(Self.key(1)) && !keys.mayHold(Self.key(2)))
    }
}
