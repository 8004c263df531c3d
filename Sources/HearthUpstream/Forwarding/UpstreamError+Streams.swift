extension UpstreamError {
    /// A streamed answer that ended before its end mark, or had something in it that is no piece of an answer.
    ///
    /// What came and cannot be used may be the fault of one request, and its provider works: only what did not come counts for the breaker.
    package static func brokenStream(_ problem: String, _ fault: StreamFault? = nil) -> UpstreamError {
        let isUnusable = fault == .invalid || fault == .tooLarge
        var error = UpstreamError(
            kind: isUnusable ? .invalidAnswer : .network, message: "The provider's answer broke off: \(problem). Ask again.")
        error.streamFault = fault
        return error
    }

    /// An error that the provider reported in its stream.
    ///
    /// One that is the request's own, by a code from 400 to 499 or OpenAI's type, says nothing of the provider's health: else a caller
    /// whose prompts are too long could have the provider left alone for everybody. What it says about a refused key may show a part of
    /// the key, and is not passed on.
    package static func reported(_ event: JSONTree) -> UpstreamError {
        var error = brokenStream("the provider reported an error", .reported)
        let status = reportedStatus(event)
        guard status != 401, !blamesKey(event) else {
            error.kind = .auth
            error.message = "The provider refused the key in a stream. Set a valid OPENAI_API_KEY; kept answers are served."
            return error
        }
        // Other failures are told as they are, but stay failures of the connection.
        switch status {
        case 429: error.kind = .rateLimited
        case 400...499 where status != 408: error.kind = .clientError(status: status)
        default: break
        }
        error.refusal = ProviderRefusal(status: status, body: event.bytes)
        return error
    }

    /// The status that an answer would have had that was not streamed. Some providers write numbers as text, and some have numbers of their
    /// own, which are none.
    private static func reportedStatus(_ event: JSONTree) -> Int {
        let told = event["error"]
        for code in [told?["code"], told?["status"], event["code"]] {
            let number = code?.integer ?? code?.string.flatMap { Int64($0) }
            if let number, (400...599).contains(number) { return Int(number) }
        }
        return told?["type"]?.string == "invalid_request_error" ? 400 : 502
    }

    private static let wordsForRefusedKey: Set<String> = ["invalid_api_key", "authentication_error"]

    private static func blamesKey(_ event: JSONTree) -> Bool {
        let told = event["error"]
        return [told?["code"], told?["type"], event["code"]].contains { word in
            guard let text = word?.string else { return false }
            return wordsForRefusedKey.contains(text)
        }
    }
}
