import HearthDrivers
import HearthTestKit
import Synchronization

/// The Graph API as far as replies need it: answers each with what a test has laid out, then with success, and tells what was sent.
final class RecordingGraph: HTTPSending {
    private let script: Mutex<[HTTPClientResponse]>
    private let sent = Mutex<[HTTPClientRequest]>([])

    init(_ script: [HTTPClientResponse] = []) {
        self.script = Mutex(script)
    }

    /// The messages that were answered, in order.
    var ids: [String] {
        sent.withLock { $0 }.compactMap { JSONNode($0.body)?["biz_opaque_callback_data"].text }
    }

    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        sent.withLock { $0.append(request) }
        let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return next ?? HTTPClientResponse(status: 200)
    }
}
