import Foundation
import HTTPTypes
import HearthTelemetry
import HearthUpstream

@testable import HearthServer

/// What libFuzzer calls with bytes of its own making: the body of a request to any route that reads one.
///
/// No reader may trap; what the gateway passes on says the same as what came, and says it the same way when it is read once more.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzBodies(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer vouches for the bytes during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    readFields(bytes)
    readGateway(bytes)
    if let delivery = WhatsAppDelivery(bytes, receivedAt: Timestamp(seconds: 1_800_000_000)) {
        precondition(delivery.messages.count <= WhatsAppDelivery.maximumMessages, "more messages than are taken")
    }
    _ = try? RequestCacheControl(header: String(decoding: bytes.prefix(200), as: UTF8.self))
    return 0
}

private func readFields(_ bytes: [UInt8]) {
    guard let object = try? JSONRequest.object(Data(bytes)) else { return }
    var reader = FieldReader(object)
    for name in object.keys { _ = reader.value(name) }
    _ = reader.query(maximumCharacters: 500)
    precondition(reader.details.count <= object.count + 1, "more faults than fields")
}

private func readGateway(_ bytes: [UInt8]) {
    guard let tree = JSONTree(bytes) else { return }
    precondition(JSONTree(tree.bytes) == tree, "what is passed on is something else")
    let canonical = tree.canonicalBytes
    precondition(JSONTree(canonical)?.canonicalBytes == canonical, "the canonical form is not at rest")
    guard let controls = try? GatewayControls(headers: [:]) else { return }
    if let request = try? ChatRequest(bytes, controls: controls) {
        precondition((1...256).contains(request.model.utf8.count), "a model without a name")
    }
    _ = try? EmbeddingRequest(bytes, controls: controls)
    var assembly = ChatStreamAssembly()
    _ = assembly.add(tree)
    _ = assembly.completion?.bytes
}
