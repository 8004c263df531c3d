import HearthDrivers
import Testing

@testable import HearthCache

@Suite("What a store that failed says")
struct AnswerStoreErrorTests {
    @Test(
        "A cause that is a sentence of its own makes one text with the advice, which fits the store",
        arguments: ["sqlite", "redis", "postgres"])
    func sentences(store: String) {
        let cause = RedisError(.breakerOpen, address: "127.0.0.1:6379", cause: "it failed several times in a row.")
        for kind in [AnswerStoreError.Kind.timeout, .full, .readOnly, .damaged, .superseded, .failed] {
            let text = AnswerStoreError(kind: kind, store: store, operation: "answer a ping", cause: "\(cause).").description
            #expect(!text.contains("..") && !text.contains(".;") && text.hasSuffix("."), "\(text)")
            #expect(text.hasPrefix("The \(store) store could not answer a ping: Redis at 127.0.0.1:6379 is not asked for now: "), "\(text)")
            #expect(store == "sqlite" || !text.contains("file") && !text.contains("folder"), "\(text)")
        }
    }
}
