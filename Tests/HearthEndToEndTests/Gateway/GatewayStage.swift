import HearthTestKit

/// What tests of the gateway ask.
enum ChatBody {
    static func question(_ text: String, streamed: Bool = false, more: String = "") -> String {
        let stream = streamed ? #", "stream": true"# : ""
        return #"{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": \#(JSONNode.quoted(text))}]\#(stream)\#(more)}"#
    }

    static func raw(_ body: String) -> String {
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

extension RunningHearth {
    /// `POST /v1/chat/completions`.
    func chat(
        _ text: String, streamed: Bool = false, more: String = "", headers: [String: String] = [:]
    ) async throws -> WebClient.Reply {
        try await client.post("/v1/chat/completions", ChatBody.question(text, streamed: streamed, more: more), headers: headers)
    }
}

extension WebClient.Reply {
    /// What a chat completion says.
    var said: String? { json["choices"][0]["message"]["content"].text }

    /// The data of the events of a stream.
    var events: [String] {
        text.split(separator: "\n\n").compactMap { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : nil }
    }

    /// What a streamed chat completion says.
    var streamedText: String {
        events.compactMap { JSONNode($0)?["choices"][0]["delta"]["content"].text }.joined()
    }

    var isWholeStream: Bool { events.last == "[DONE]" }
}
