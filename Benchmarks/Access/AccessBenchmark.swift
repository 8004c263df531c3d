import Crypto
import Foundation
import HTTPTypes
import HearthDrivers
import HearthServer
import HearthTelemetry
import Measuring

/// Measures what it costs on the path of a hit to know who asks.
@main
enum AccessBenchmark {
    private static let now = SystemTimeSource().now()
    private static let address = CallerAddress(text: "203.0.113.7")

    static func main() async throws {
        print(Measurement.header)
        for count in [1, 100, 10_000] { measure(keys: count) }
        measureStrangers()
        measureGuesses()
        try await measureTokens()
        measureLimits()
        measureForms()
        compareTimes()
    }

    private static func access(keys count: Int) -> (access: CallerAccess, limiter: AddressLimiter, keys: [NewAPIKey]) {
        let keys = (0..<count).map { NewAPIKey(name: "key-\($0)", tenant: .standard, scopes: [.query], at: now, expiresAt: nil) }
        let ring = KeyRing()
        ring.replace(keys.map(\.key), revision: 1)
        let clock = SystemTimeSource()
        let limiter = AddressLimiter(failuresPerMinute: 30, timeSource: clock)
        return (CallerAccess(keys: ring, limiter: limiter, timeSource: clock), limiter, keys)
    }

    private static func headers(_ key: String) -> HTTPFields {
        [.contentType: "application/json", .contentLength: "54", .userAgent: "benchmark", .authorization: "Bearer \(key)"]
    }

    /// As a hit does it: reads the header, looks the key up and compares the scope.
    private static func isAdmitted(_ access: CallerAccess, _ headers: HTTPFields) -> Bool {
        guard case .admitted(let caller, _) = access.admission(of: headers, from: address) else { return false }
        return caller.scopes.contains(.query)
    }

    private static func measure(keys count: Int) {
        let (access, _, keys) = access(keys: count)
        let requests = keys.prefix(1000).map { headers($0.secret.reveal()) }
        var (next, admitted) = (0, 0)
        let measurement = Measurement.of("an API key, one of \(count)") {
            if isAdmitted(access, requests[next]) { admitted += 1 }
            next = next + 1 == requests.count ? 0 : next + 1
        }
        print(measurement.line(aim: 1000))
    }

    private static func measureStrangers() {
        let (access, _, _) = access(keys: 100)
        let request = headers(NewAPIKey(name: "x", tenant: .standard, scopes: [.query], at: now, expiresAt: nil).secret.reveal())
        var admitted = 0
        print(Measurement.of("a key that nobody has") { if isAdmitted(access, request) { admitted += 1 } }.line(aim: 1000))
        let long = headers(String(repeating: "e", count: 9000))
        print(Measurement.of("9,000 bytes that are no credential") { if isAdmitted(access, long) { admitted += 1 } }.line(aim: 1000))
    }

    private static func measureGuesses() {
        let (access, limiter, keys) = access(keys: 100)
        let request = headers(keys[0].secret.reveal())
        for number in 0..<1000 { limiter.noteFailure(of: CallerAddress(text: "10.0.0.\(number)")) }
        var admitted = 0
        print(
            Measurement.of("an API key, while others guess") { if isAdmitted(access, request) { admitted += 1 } }.line(aim: 1000))
    }

    private static let secret = "a secret of more than thirty-two bytes"

    private static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func token(header: String = #"{"alg":"HS256","typ":"JWT"}"#, claims: String? = nil) -> String {
        let claims =
            claims ?? #"{"iss":"issuer","aud":"hearth","sub":"a","tenant":"acme","scope":"query","exp":\#(now.seconds + 3600)}"#
        let signed = base64(Data(header.utf8)) + "." + base64(Data(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return signed + "." + base64(Data(code))
    }

    private static func measureTokens() async throws {
        let clock = SystemTimeSource()
        let access = try await CredentialCheck.access(
            secret: Secret(secret), limiter: AddressLimiter(failuresPerMinute: 30, timeSource: clock), timeSource: clock)
        let token = token()
        let request = headers(token)
        let fingerprint = Fingerprint(token)
        var admitted = 0
        print(
            Measurement.of("a token for the first time, HS256") {
                if case .admitted = access.verify(token[...], fingerprint) { admitted += 1 }
            }.line(aim: nil))
        print(Measurement.of("a token that is known") { if isAdmitted(access, request) { admitted += 1 } }.line(aim: 1000))
    }

    /// What a hit costs more where credentials have limits, without and with many callers.
    private static func measureLimits() {
        let clock = SystemTimeSource()
        let cases: [(String, Double?, Int)] = [
            ("no limits", nil, 1), ("a limit, one caller", 1e6, 1), ("a limit, 1,000 callers", 1e6, 1000),
        ]
        for (name, rate, count) in cases {
            let check = LimitCheck(requestsPerSecond: rate, timeSource: clock)
            let callers = (0..<count).map { Caller(credential: "caller-\($0)", tenant: .standard, scopes: [.query]) }
            var (next, taken) = (0, 0)
            let measurement = Measurement.of(name) {
                if check.takesHit(callers[next]) { taken += 1 }
                next = next + 1 == count ? 0 : next + 1
            }
            print(measurement.line(aim: 1000))
        }
    }

    /// What is refused by its form must cost next to nothing.
    private static func measureForms() {
        let bad = [
            ("a token of 8 KB and a bit", token(claims: "{\"a\":\"\(String(repeating: "a", count: 6200))\"}")),
            ("a token of a megabyte", String(repeating: "eyJh.", count: 200_000)),
            ("a token with JSON 2,000 deep", token(claims: String(repeating: "[", count: 2000))),
            ("a token with padding", token() + "="), ("a token by alg none", token(header: #"{"alg":"none"}"#)),
            ("a token with crit", token(header: #"{"alg":"HS256","crit":["exp"]}"#)),
        ]
        for (name, token) in bad {
            var forms = 0
            print(Measurement.of(name) { if CredentialCheck.isForm(token) { forms += 1 } }.line(aim: 50_000))
            precondition(forms == 0, "\(name) is no bad form")
        }
    }

    /// What 100,000 look-ups of each kind may differ by. Those of one kind differ by more than 0.0087 once in a thousand times; the rest is
    /// for what a machine does besides. A jump that depends on the key makes 0.2 and more.
    private static let largestDistance = 0.1

    /// Whether the time of a look-up tells right, revoked and unknown keys apart: the largest distance between the distributions of 100,000
    /// each (Kolmogorov and Smirnov), and between two halves of one kind for comparison.
    private static func compareTimes() {
        print("\nLargest distance between the times of 100,000 look-ups each (at most \(largestDistance))")
        // As many as stay in the processor's cache, and one of each, which a processor learns best.
        for count in [100, 1] {
            // What one place in memory costs more than another tells nothing; two other keys are other places.
            var distances = lookupDistances(of: count)
            if distances.contains(where: { $0.value > largestDistance }) { distances = lookupDistances(of: count) }
            for (name, value) in distances { print("  \(count) of each, \(name): \((value * 10_000).rounded() / 10_000)") }
            guard distances.allSatisfy({ $0.value <= largestDistance }) else {
                print("The time of a look-up tells keys apart.")
                exit(1)
            }
        }
    }

    private static func lookupDistances(of count: Int) -> [(name: String, value: Double)] {
        let new = (0..<(3 * count)).map { NewAPIKey(name: "key-\($0)", tenant: .standard, scopes: [.query], at: now, expiresAt: nil) }
        let kinds = [new[..<count], new[count..<(2 * count)], new[(2 * count)...]].map { $0.map(\.key.fingerprint) }
        let table = APIKeyTable(
            new[..<(2 * count)].enumerated().map { index, new in
                APIKeyEntry(
                    id: new.key.id, caller: Caller(credential: new.key.name, tenant: .standard, scopes: [.query]),
                    fingerprint: new.key.fingerprint, isRevoked: index >= count, endsAt: .max)
            })
        let clock = SystemTimeSource()
        var times: [[Int64]] = [[], [], []]
        var usable = 0
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300_000 {
            // In no order that a cache or a predictor could learn.
            let kind = Int(random.next(upperBound: UInt64(3)))
            let fingerprint = kinds[kind][Int(random.next(upperBound: UInt64(count)))]
            let begin = clock.uptime()
            let finding = table.find(fingerprint, at: now)
            times[kind].append((clock.uptime() - begin).components.attoseconds / 1_000_000_000)
            if finding.isUsable { usable += 1 }
        }
        precondition(usable == times[0].count)
        let half = times[0].count / 2
        return [
            ("right and right", distance(Array(times[0][..<half]), Array(times[0][half...]))),
            ("right and revoked", distance(times[0], times[1])), ("right and unknown", distance(times[0], times[2])),
            ("revoked and unknown", distance(times[1], times[2])),
        ]
    }

    private static func distance(_ left: [Int64], _ right: [Int64]) -> Double {
        let (left, right) = (left.sorted(), right.sorted())
        var (i, j, largest) = (0, 0, 0.0)
        while i < left.count, j < right.count {
            let value = min(left[i], right[j])
            while i < left.count, left[i] == value { i += 1 }
            while j < right.count, right[j] == value { j += 1 }
            largest = max(largest, abs(Double(i) / Double(left.count) - Double(j) / Double(right.count)))
        }
        return largest
    }
}
