import HTTPTypes
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Forms that only their session can send")
struct FormSealTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let seal = FormSeal(secret: SessionSecret.random().bytes)
    private let parameters = [(name: "job", value: "prune-cache"), (name: "hours", value: "1")]

    @Test("A token holds for its session, action and parameters, in any order of them, for five minutes")
    func tokens() {
        let token = seal.token(for: "pause-job", parameters, at: now)
        #expect(seal.check(token, for: "pause-job", parameters, at: now + .seconds(299)) != nil)
        #expect(seal.check(token, for: "pause-job", parameters.reversed(), at: now) != nil)
        #expect(seal.check(token, for: "pause-job", parameters, at: now + .seconds(300)) == nil)
        #expect(seal.check(token, for: "run-job", parameters, at: now) == nil)
        #expect(seal.check(token, for: "pause-job", [("job", "prune-cache"), ("hours", "24")], at: now) == nil)
        #expect(seal.check(token, for: "pause-job", [("job", "prune-cache")], at: now) == nil)
        #expect(FormSeal(secret: SessionSecret.random().bytes).check(token, for: "pause-job", parameters, at: now) == nil)
        #expect(seal.token(for: "pause-job", parameters, at: now) != token)
    }

    @Test("Where one part ends and the next begins is part of what is sealed")
    func boundaries() {
        let token = seal.token(for: "a", [("b", "cd")], at: now)
        #expect(seal.check(token, for: "a", [("bc", "d")], at: now) == nil)
        #expect(seal.check(token, for: "ab", [("", "cd")], at: now) == nil)
    }

    @Test("Every other text is refused, also one that differs in one character")
    func forged() {
        let token = Array(seal.token(for: "x", [], at: now))
        for place in token.indices {
            var forged = token
            forged[place] = forged[place] == "A" ? "B" : "A"
            #expect(seal.check(String(forged), for: "x", [], at: now) == nil)
        }
        for text in ["", "A", String(repeating: "A", count: 75), String(token) + "A", String(repeating: "A", count: 10_000)] {
            #expect(seal.check(text, for: "x", [], at: now) == nil)
        }
    }

    @Test("A result is read by the session that it was sealed for, and by no other")
    func results() throws {
        let closed = try #require(seal.close(Array("removed 12".utf8)))
        #expect(seal.open(closed).map { String(decoding: $0, as: UTF8.self) } == "removed 12")
        #expect(FormSeal(secret: SessionSecret.random().bytes).open(closed) == nil)
        #expect(seal.open(String(closed.dropLast())) == nil && seal.open("") == nil)
    }

    @Test("Bytes are written in the alphabet of addresses, and read back as they were")
    func base64() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(ArraySlice(text.utf8)) == bytes)
        }
    }

    @Test("A cookie is read among others, and only where it has the form of one")
    func cookies() throws {
        let secret = SessionSecret.random()
        var headers = HTTPFields()
        headers[.cookie] = "other=1; hearth_session=\(secret.text); hearth_page=he.dark"
        #expect(SessionCookie.secret(in: headers)?.bytes == secret.bytes)
        for text in ["hearth_session=", "hearth_session=\(secret.text)A", "xhearth_session=\(secret.text)", "hearth_session", ""] {
            headers[.cookie] = text
            #expect(SessionCookie.secret(in: headers) == nil)
        }
        let cookie = SessionCookie(isSecure: true, prefix: "/hearth")
        #expect(
            cookie.start(secret)
                == "hearth_session=\(secret.text); Max-Age=43200; Path=/hearth/admin; HttpOnly; SameSite=Strict; Secure")
        #expect(SessionCookie(isSecure: false, prefix: "").end == "hearth_session=; Max-Age=0; Path=/admin; HttpOnly; SameSite=Strict")
    }
}

@Suite("From where a form may come")
struct RequestOriginTests {
    @Test(
        "Our own pages only, by whichever header the browser says it",
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "same-origin", "Origin": "http://hearth:4327"], true),
            (["Origin": "http://hearth:4327"], true), (["Origin": "https://HEARTH:4327"], true), ([:], false),
            (["Sec-Fetch-Site": "cross-site"], false), (["Sec-Fetch-Site": "same-site", "Origin": "http://hearth:4327"], false),
            (["Sec-Fetch-Site": "none"], false), (["Origin": "null"], false), (["Origin": "http://evil.example"], false),
            (["Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"], false), (["Origin": "http://hearth"], false),
            (["Origin": "http://hearth:4327.evil.example"], false),
        ] as [([String: String], Bool)])
    func origins(headers: [String: String], isOwn: Bool) {
        var fields = HTTPFields()
        for (name, value) in headers { fields[.known(name)] = value }
        #expect(RequestOrigin.isOwn(fields, authority: "hearth:4327", isBehindProxy: false) == isOwn)
    }

    @Test(
        "What another site's page sends is told from what programs and our own pages send; reads are not looked at",
        arguments: [
            ([:], false), (["Sec-Fetch-Site": "same-origin"], false), (["Origin": "http://hearth:4327"], false),
            (["Sec-Fetch-Site": "cross-site"], true), (["Sec-Fetch-Site": "same-site"], true), (["Sec-Fetch-Site": "none"], true),
            (["Origin": "null"], true), (["Origin": "http://evil.example"], true),
        ] as [([String: String], Bool)])
    func foreign(headers: [String: String], isForeign: Bool) {
        for (method, expected) in [(HTTPRequest.Method.post, isForeign), (.delete, isForeign), (.put, isForeign), (.get, false)] {
            var head = HTTPRequest(method: method, scheme: nil, authority: "hearth:4327", path: "/")
            for (name, value) in headers { head.headerFields[.known(name)] = value }
            #expect(RequestOrigin.isForeign(head, isBehindProxy: false) == expected, "\(method)")
        }
    }

    @Test("A trusted proxy says under which name it was asked")
    func proxied() {
        var fields = HTTPFields()
        fields[.known("Origin")] = "https://answers.example"
        fields[.known("X-Forwarded-Host")] = "answers.example"
        #expect(RequestOrigin.isOwn(fields, authority: "127.0.0.1:4327", isBehindProxy: true))
        #expect(!RequestOrigin.isOwn(fields, authority: "127.0.0.1:4327", isBehindProxy: false))
    }

    @Test(
        "Where everybody is let in, only names of this machine are answered",
        arguments: [
            (nil, true), ("localhost", true), ("LOCALHOST:4327", true), ("127.0.0.1:4327", true), ("127.9.8.7", true), ("[::1]:4327", true),
            ("shop.localhost:80", true), ("localhost.", true), ("my-box:4327", true), ("evil.example", false), ("evil.example:4327", false),
            ("localhost.evil.example", false), ("127.0.0.1.evil.example", false), ("169.254.1.1", false), ("[fe80::1]", false), ("", false),
        ] as [(String?, Bool)])
    func hosts(authority: String?, isKnown: Bool) {
        #expect(HostNames(configured: ["My-Box"]).contain(authority) == isKnown)
    }

    @Test(
        "Nobody is led away after signing in",
        arguments: [
            ("admin/cache-analytics", true), ("admin/cache-analytics/jobs?ui=he", true), ("admin/cache-analytics?range=7d", true),
            ("https://evil.example/", false), ("//evil.example", false), ("/admin/cache-analytics", false),
            ("admin/cache-analytics/../../x", false), ("admin/cache-analyticsx", false), ("admin/cache-analytics/\r\nX: y", false),
            ("admin/cache-analytics\\evil", false), ("", false),
        ])
    func returning(address: String, isOwn: Bool) {
        #expect((PageForms.ownAddress(address) != nil) == isOwn)
    }
}
