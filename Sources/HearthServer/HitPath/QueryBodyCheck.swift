import Foundation
import NIOCore

/// Reads a question's body by both ways, for those who look for bodies on which the two disagree.
package enum QueryBodyCheck {
    package enum Verdict: Sendable, Equatable {
        /// The short way hands it on.
        case leftToTheOther
        case agreement
        /// A fault: the short way understands what the other refuses, or understands it differently.
        case contradiction
    }

    package static func compare(_ bytes: [UInt8]) -> Verdict {
        let limit = 500
        let long: CacheQuery?
        do throws(APIError) {
            long = try QueryRequestBody.decode(Data(bytes), maximumCharacters: limit)
        } catch {
            long = nil
        }
        guard let short = QueryBodyScanner.scan(ByteBuffer(bytes: bytes).readableBytesView),
            let text = CacheQuery.trimmed(short.query, maximumCharacters: limit)
        else { return .leftToTheOther }
        guard let long, long.query == text, long.language == short.language, long.category == short.category,
            long.skipCache == short.skipCache, long.customer == short.customer
        else {
            return .contradiction
        }
        return .agreement
    }
}
