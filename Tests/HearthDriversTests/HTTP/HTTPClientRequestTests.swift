import Testing

@testable import HearthDrivers

@Suite("HTTP request form")
struct HTTPClientRequestTests {
    @Test(
        "The host of an address is shown without user, path and query",
        arguments: [
            ("https://api.openai.com/v1", "api.openai.com"), ("http://127.0.0.1:4327", "127.0.0.1:4327"),
            ("https://user:pass@host.example:8443/x?key=k", "host.example:8443"), ("http://[::1]:80/x", "[::1]:80"),
            ("https://host?x=@y", "host"), ("", ""),
        ])
    func host(url: String, host: String) {
        #expect(HTTPClientRequest.host(of: url) == host)
    }

    @Test(
        "Addresses and headers that could change the request's meaning are refused",
        arguments: [
            (HTTPClientRequest(url: "ftp://host/"), "http"), (HTTPClientRequest(url: "file:///etc/passwd"), "http"),
            (HTTPClientRequest(url: "http:///path"), "host"), (HTTPClientRequest(url: "http://host/a b"), "percent"),
            (HTTPClientRequest(url: "http://host/", headers: [.init("X", "a\r\nY: b")]), "control"),
            (HTTPClientRequest(url: "http://host/", headers: [.init("X Y", "a")]), "token"),
            (HTTPClientRequest(url: "http://host/", headers: [.init("", "a")]), "token"),
        ])
    func faults(request: HTTPClientRequest, word: String) {
        #expect(request.fault?.contains(word) == true)
    }

    @Test("Ordinary requests have no fault")
    func noFault() {
        let headers = [HTTPClientRequest.Header("X-Text", "täst\ttab")]
        #expect(HTTPClientRequest(url: "HTTPS://host:443/v1/chat?x=%20", headers: headers).fault == nil)
    }

    @Test("Control characters and length of a library's text are tamed")
    func errorText() {
        let error = HTTPClientError(kind: .connect, host: "h", detail: "a\u{1b}[31m\nb" + String(repeating: "x", count: 500))
        #expect(!error.detail.unicodeScalars.contains { $0.value < 0x20 })
        #expect(error.detail.count == 200)
    }
}
