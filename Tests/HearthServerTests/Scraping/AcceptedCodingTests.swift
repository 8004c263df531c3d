import Testing

@testable import HearthServer

@Suite("The coding of scrapes")
struct AcceptedCodingTests {
    @Test(
        "gzip is used where the caller takes it and does not like plain bytes better",
        arguments: [
            (nil, .identity), ("", .identity), ("gzip", .gzip), ("GZIP", .gzip), ("x-gzip", .gzip), ("*", .gzip), ("identity", .identity),
            ("deflate, br", .identity), ("gzip, deflate", .gzip), ("gzip;q=0", .identity), ("gzip;q=0, *", .identity),
            ("gzip; q=0.5", .gzip),
            ("identity;q=1, gzip;q=0.5", .identity), ("identity;q=0.5, gzip;q=1.0", .gzip), ("gzip;q=x", .identity),
            ("gzip;q=2", .identity),
            ("identity;q=0, *;q=0", .identity), (",,;;,", .identity), (String(repeating: "gzip,", count: 1000), .identity),
        ] as [(String?, AcceptedCoding)])
    func coding(header: String?, expected: AcceptedCoding) {
        #expect(AcceptedCoding(acceptEncoding: header) == expected)
    }
}
