import HearthDrivers
import Testing

@Suite("Secrets and versions")
struct SecretTests {
    @Test("No way of printing a secret shows it")
    func masked() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: [secret]), "\(Optional(secret) as Any)", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2")
    }

    @Test("Every C library tells its version")
    func versions() {
        #expect(DriverVersions.curl.hasPrefix("libcurl/"))
        #expect(DriverVersions.hiredis.hasPrefix("hiredis/"))
        #expect(DriverVersions.libpq.hasPrefix("libpq/"))
        #expect(DriverVersions.all.count == 3)
    }
}
