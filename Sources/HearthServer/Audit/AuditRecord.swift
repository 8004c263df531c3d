package import HearthTelemetry

/// What is kept of one administrative act: who, from where, what, how much, and how it ended.
///
/// It holds no secret, no text of a question or an answer and no customer's name, so that nothing in it ever has to be changed.
package struct AuditRecord: Sendable, Equatable {
    /// Ascending in the order of acts; see ``AuditIdentifiers``. The trail gives it to a record that it takes over, and the moment.
    package var id = ""
    package var at = Timestamp(milliseconds: 0)
    /// The name of the credential, never the credential itself.
    package var actor: String
    /// Whose credential it was; nil for whoever works on the machine itself.
    package var tenant: Tenant?
    /// The address of the connection, or `local`.
    package var address: String
    package var action: AuditAction
    package var method: String
    /// The route's template, without what was filled in.
    package var route: String
    /// Only of the forms that ``AuditParameters`` knows.
    package var parameters: [String: String] = [:]
    /// How many entries, keys or references were written or removed; nil where the act is not about any.
    package var entries: Int?
    /// Of the answer; nil for acts without one.
    package var status: Int?
    package var requestID: String?

    package enum Result: String, Sendable, CaseIterable {
        case succeeded
        case refused
        case failed
    }

    package var result: Result {
        switch status {
        case nil, .some(100..<400): .succeeded
        case 401, 403: .refused
        default: .failed
        }
    }
}

/// Makes ids of 32 hexadecimal digits, ascending also while the clock stands still or goes back.
///
/// They begin with the milliseconds since 1970, so that those of several replicas are in the order of time, and end at random, so that they
/// tell nobody how many acts others have done.
package struct AuditIdentifiers: Sendable {
    private var lastMilliseconds: UInt64 = 0
    private var counter: UInt64 = 0

    package init() {}

    package mutating func next(at now: Timestamp) -> String {
        let milliseconds = UInt64(clamping: now.milliseconds) & 0xFFFF_FFFF_FFFF
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            counter = UInt64.random(in: 0...0x7FFF)
        } else if counter == 0xFFFF {
            lastMilliseconds += 1
            counter = 0
        } else {
            counter += 1
        }
        return HexDigits.text(lastMilliseconds << 16 | counter, UInt64.random(in: 0...UInt64.max))
    }

    static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
