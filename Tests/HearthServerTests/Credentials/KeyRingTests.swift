import Foundation
import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The text of API keys")
struct APIKeyTextTests {
    @Test("Keys have the form that scanners look for, and no two are the same")
    func form() throws {
        let keys = (0..<1000).map { _ in APIKeyText.new().reveal() }
        #expect(Set(keys).count == 1000)
        for key in keys {
            #expect(key.wholeMatch(of: /hearth_[0-9A-Za-z]{49}/) != nil)
            #expect(APIKeyText.isWellFormed(key))
        }
    }

    @Test("The checksum is CRC-32 in Base62, as zlib has it")
    func checksum() {
        #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum.crc32([]) == 0)
        // zlib.crc32(b"0" * 43) in Python, in Base62.
        #expect(APIKeyText.isWellFormed("hearth_" + String(repeating: "0", count: 43) + "2CZclj"))
    }

    @Test("A changed character is noticed, wherever it is")
    func typos() {
        let key = APIKeyText.new().reveal()
        for index in key.indices {
            let other: Character = key[index] == "x" ? "y" : "x"
            let changed = key.replacingCharacters(in: index...index, with: String(other))
            #expect(!APIKeyText.isWellFormed(changed), "\(key.distance(from: key.startIndex, to: index))")
        }
        #expect(!APIKeyText.isWellFormed(key + "0"))
        #expect(!APIKeyText.isWellFormed(String(key.dropLast())))
        #expect(!APIKeyText.isWellFormed(""))
    }
}

@Suite("The keys in memory")
struct KeyRingTests {
    static let now = Timestamp(seconds: 1_800_000_000)

    static func keys(_ count: Int, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil) -> (secrets: [String], keys: [APIKey]) {
        let new = (0..<count).map { NewAPIKey(name: "key-\($0)", tenant: .standard, scopes: [.query], at: now, expiresAt: expiresAt) }
        return (
            new.map { $0.secret.reveal() },
            new.map { new in
                var key = new.key
                key.revokedAt = revokedAt
                return key
            }
        )
    }

    @Test("Each of many keys is found, and nothing else", arguments: [0, 1, 7, 100, 10_000])
    func finding(count: Int) {
        let (secrets, keys) = Self.keys(count)
        let ring = KeyRing()
        ring.replace(keys, revision: 1)
        for (secret, key) in zip(secrets, keys) {
            let finding = ring.find(Fingerprint(secret), at: Self.now)
            #expect(finding.isUsable && finding.entry.caller.credential == key.name)
        }
        for secret in Self.keys(100).secrets + ["", "hearth_", String(repeating: "0", count: 56)] {
            let finding = ring.find(Fingerprint(secret), at: Self.now)
            #expect(!finding.isUsable && !finding.isKnown)
        }
    }

    @Test("A fingerprint, in whatever form, is no key (GHSA-69x8-hrgq-fjj8 accepted the hash)")
    func hashes() {
        let (_, keys) = Self.keys(1)
        let ring = KeyRing()
        ring.replace(keys, revision: 1)
        let bytes = keys[0].fingerprint.bytes
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        for text in [hex, hex.uppercased(), Data(bytes).base64EncodedString(), String(decoding: bytes, as: UTF8.self)] {
            #expect(!ring.find(Fingerprint(text), at: Self.now).isKnown)
        }
    }

    @Test("A key counts until the moment of its end, and a revoked one never")
    func ends() throws {
        let (secrets, keys) = Self.keys(1, expiresAt: Self.now + .seconds(10))
        let ring = KeyRing()
        ring.replace(keys, revision: 1)
        let fingerprint = Fingerprint(secrets[0])
        #expect(ring.find(fingerprint, at: Self.now + .milliseconds(9999)).isUsable)
        #expect(!ring.find(fingerprint, at: Self.now + .seconds(10)).isUsable)
        #expect(ring.counts(at: Self.now + .seconds(10)) == [.expired: 1])
        let (revokedSecrets, revoked) = Self.keys(1, revokedAt: Self.now)
        ring.replace(revoked, revision: 2)
        let finding = ring.find(Fingerprint(revokedSecrets[0]), at: Self.now)
        #expect(finding.isKnown && !finding.isUsable && finding.entry.isRevoked)
        #expect(!ring.find(fingerprint, at: Self.now).isKnown)
    }

    @Test("A service that ever had a key does not open because they are gone")
    func openness() {
        let ring = KeyRing()
        #expect(ring.isEmpty)
        ring.replace([], revision: 1)
        #expect(ring.isEmpty)
        ring.replace(Self.keys(1, revokedAt: Self.now).keys, revision: 2)
        ring.replace([], revision: 3)
        #expect(!ring.isEmpty)
    }

    @Test("Uses are noted to the hour, once, and survive that the keys are read again")
    func uses() {
        let (secrets, keys) = Self.keys(2)
        let ring = KeyRing()
        ring.replace(keys, revision: 1)
        #expect(ring.unwrittenUses().isEmpty)
        _ = ring.find(Fingerprint(secrets[0]), at: Self.now + .seconds(100))
        _ = ring.find(Fingerprint("nobody's"), at: Self.now)
        ring.replace(keys, revision: 2)
        let uses = ring.unwrittenUses()
        #expect(uses == [keys[0].id: Self.now])
        ring.usesAreWritten(uses)
        _ = ring.find(Fingerprint(secrets[0]), at: Self.now + .seconds(200))
        #expect(ring.unwrittenUses().isEmpty)
        _ = ring.find(Fingerprint(secrets[0]), at: Self.now + .seconds(3600))
        #expect(ring.unwrittenUses() == [keys[0].id: Self.now + .seconds(3600)])
    }

    @Test("The fingerprint is SHA-256, and goes through its bytes unchanged")
    func fingerprints() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let fingerprint = Fingerprint("abc")
        #expect(fingerprint.bytes.map { String(format: "%02x", $0) }.joined() == abc)
        #expect(Fingerprint(bytes: fingerprint.bytes) == fingerprint)
        #expect(Fingerprint(bytes: Array(fingerprint.bytes.dropLast())) == nil)
        #expect(fingerprint.difference(from: fingerprint) == 0 && fingerprint.difference(from: Fingerprint("abd")) != 0)
    }
}
