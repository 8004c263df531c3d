import Crypto
import Foundation
import HTTPTypes
import HearthDrivers
import Testing

@testable import HearthServer

@Suite("The signature of a delivery")
struct WhatsAppSignatureTests {
    private static let body = Data(#"{"object":"whatsapp_business_account"}"#.utf8)

    private static func code(_ secret: String) -> String {
        HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8))).map { String(format: "%02x", $0) }
            .joined()
    }

    private static func fields(_ values: [String]) -> HTTPFields {
        var fields = HTTPFields()
        for value in values { fields.append(HTTPField(name: WhatsAppSignature.header, value: value)) }
        return fields
    }

    private static let signature = WhatsAppSignature(secrets: [Secret("the-old-secret-of-it"), Secret("the-new-secret-of-it")])

    @Test("Either secret fits while one replaces the other", arguments: ["the-old-secret-of-it", "the-new-secret-of-it"])
    func valid(secret: String) {
        #expect(Self.signature.isValid(Self.fields(["sha256=" + Self.code(secret)]), body: Self.body))
    }

    @Test("Everything else is refused")
    func invalid() {
        let good = Self.code("the-new-secret-of-it")
        let cases: [[String]] = [
            [], [""], [good], ["sha1=" + good], ["sha256="], ["sha256=" + good.uppercased()], ["SHA256=" + good],
            ["sha256=" + good.dropLast()],
            ["sha256=" + good + "0"], ["sha256=" + good.dropLast() + "g"], ["sha256=" + good, "sha256=" + good],
            ["sha256=" + Self.code("another-secret-of-it")], [" sha256=" + good + " x"],
        ]
        for values in cases { #expect(!Self.signature.isValid(Self.fields(values), body: Self.body), "\(values)") }
        #expect(!Self.signature.isValid(Self.fields(["sha256=" + good]), body: Self.body + Data([0x20])))
        #expect(!WhatsAppSignature(secrets: []).isValid(Self.fields(["sha256=" + good]), body: Self.body))
    }
}
