import Testing

@testable import HearthTelemetry

struct ProcfsTests {
    @Test("The program's name may contain spaces and parentheses")
    func status() throws {
        let fields = (3...52).map { "\($0)" }.joined(separator: " ")
        let status = try #require(ProcessStatus(stat: "17 (a ) (b) x) \(fields)\n"))
        #expect(status.threads == 20)
        #expect(status.virtualBytes == 23)
        #expect(status.cpuSeconds == 0.29)
    }

    @Test("What is not a status is refused", arguments: ["", "17 (x", "17 (x) S 1 2 3"])
    func badStatus(text: String) {
        #expect(ProcessStatus(stat: text) == nil)
    }

    @Test("The traffic is found by its column's name")
    func traffic() throws {
        let text = "TcpExt: A B\nTcpExt: 1 2\nIpExt: X InOctets Y OutOctets\nIpExt: 9 1500 9 700\n"
        let traffic = try #require(NetworkTraffic(netstat: text))
        #expect(traffic.receivedBytes == 1500 && traffic.transmittedBytes == 700)
        #expect(NetworkTraffic(netstat: "IpExt: X\nIpExt: 1\n") == nil)
        #expect(NetworkTraffic(netstat: "") == nil)
    }
}
