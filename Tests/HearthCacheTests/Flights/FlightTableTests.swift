import Testing

@testable import HearthCache

@Suite("The table of calls under way")
struct FlightTableTests {
    private typealias Table = FlightTable<String, Int>

    @Test("The first caller leads, the others follow up to the limit")
    func entrance() {
        var table = Table(followerLimit: 2)
        #expect(table.enter("q", 1) == .leads)
        #expect(table.enter("q", 2) == .follows)
        #expect(table.enter("q", 3) == .follows)
        #expect(table.enter("q", 4) == .refused)
        #expect(table.enter("other", 5) == .leads)
        #expect(table.waiterCount == 4)
    }

    @Test("A success is delivered to all, and the next caller leads again")
    func success() throws {
        var table = Table(followerLimit: 10)
        _ = table.enter("q", 1)
        _ = table.enter("q", 2)
        let number = try #require(table.number(of: "q"))
        #expect(table.land("q", number: number, succeeded: true) == .deliver([1, 2]))
        #expect(table.count == 0)
        #expect(table.enter("q", 3) == .leads)
    }

    @Test("After a failure one follower is promoted; after a second one all fail")
    func promotion() throws {
        var table = Table(followerLimit: 10)
        for waiter in 1...3 { _ = table.enter("q", waiter) }
        let number = try #require(table.number(of: "q"))
        #expect(table.land("q", number: number, succeeded: false) == .retry(failed: 1, promoted: 2))
        #expect(table.enter("q", 4) == .follows)
        #expect(table.land("q", number: number, succeeded: false) == .deliver([2, 3, 4]))
    }

    @Test("A failure without followers is delivered at once")
    func lonelyFailure() throws {
        var table = Table(followerLimit: 10)
        _ = table.enter("q", 1)
        let number = try #require(table.number(of: "q"))
        #expect(table.land("q", number: number, succeeded: false) == .deliver([1]))
    }

    @Test("The call goes on while followers wait, and is abandoned by the last one")
    func leaving() throws {
        var table = Table(followerLimit: 10)
        _ = table.enter("q", 1)
        _ = table.enter("q", 2)
        #expect(table.leave("q", 1) == false)
        let number = try #require(table.number(of: "q"))
        #expect(table.leave("q", 2) == true)
        #expect(table.land("q", number: number, succeeded: true) == nil)
        #expect(table.leave("q", 2) == false)
    }

    @Test("The end of an abandoned call does not end the one that followed it")
    func numbers() throws {
        var table = Table(followerLimit: 10)
        _ = table.enter("q", 1)
        let abandoned = try #require(table.number(of: "q"))
        _ = table.leave("q", 1)
        _ = table.enter("q", 2)
        #expect(table.land("q", number: abandoned, succeeded: true) == nil)
        #expect(table.waiterCount == 1)
    }
}
