import HearthScheduling
import Synchronization
import Testing

@testable import HearthCache

/// Who did something, one after the other.
private final class Order: Sendable {
    private let noted = Mutex<[Int]>([])

    func note(_ number: Int) { noted.withLock { $0.append(number) } }

    var numbers: [Int] { noted.withLock { $0 } }
}

@Suite("Answers on their way to the store")
struct WriteQueueTests {
    private let queue = WriteQueue(limit: 10)

    private func append(_ questions: [String], fence: Int64?, job: String = "warm-cache") {
        JobFence.$current.withValue(fence.map { JobFence(job: job, number: $0) }) {
            for question in questions { _ = queue.append(Sample.answer(question)) }
        }
    }

    private func takeOver(fence: Int64) {
        JobFence.$current.withValue(JobFence(job: "warm-cache", number: fence)) { queue.takeOver() }
    }

    private func batches() -> [WriteQueue.Batch] {
        var batches: [WriteQueue.Batch] = []
        while case let batch = queue.takeBatch(), !batch.answers.isEmpty { batches.append(batch) }
        queue.settle()
        return batches
    }

    @Test("A batch holds answers of one claim, in order of arrival")
    func batchesByClaim() {
        append(["a", "b"], fence: nil)
        append(["c"], fence: 7)
        append(["d"], fence: 7, job: "refresh-popular")
        append(["e"], fence: nil)
        let batches = batches()
        #expect(batches.map { $0.answers.map(\.key) } == [["a", "b"], ["c"], ["d"], ["e"]].map { $0.map { Sample.key($0) } })
        #expect(batches.map { $0.fence?.job } == [nil, "warm-cache", "refresh-popular", nil])
    }

    @Test("What is passed over keeps its place, and what could not be brought to the store comes back whole, before what came later")
    func passedOver() {
        append(["a", "b", "c", "d"], fence: nil)
        let batch = queue.takeBatch { $0.key != Sample.key("a") && $0.key != Sample.key("c") }
        #expect(batch.answers.map(\.key) == ["b", "d"].map { Sample.key($0) })
        queue.settle()
        append(["e"], fence: nil)
        append(["f"], fence: 7)
        let taken = queue.take { $0.key != Sample.key("c") }
        #expect(taken.map(\.answers.count) == [2, 1])
        append(["g"], fence: nil)
        #expect(queue.giveBack(taken) == 0)
        #expect(batches().flatMap(\.answers).map(\.key) == ["a", "e", "f", "c", "g"].map { Sample.key($0) })
    }

    @Test("What is taken is taken with the older writes of its questions, in their order")
    func takenWithOlder() {
        append(["a", "b"], fence: nil)
        var tagged = Sample.answer("a")
        tagged.tags = ["winter"]
        _ = queue.append(tagged)
        append(["c"], fence: nil)
        let taken = queue.take { $0.tags.contains("winter") }
        #expect(taken.flatMap(\.answers).map(\.tags) == [[], ["winter"]])
        #expect(batches().flatMap(\.answers).map(\.key) == ["b", "c"].map { Sample.key($0) })
    }

    @Test("One at a time brings answers to the store")
    func turns() async {
        let (queue, order) = (queue, Order())
        await queue.beginTurn()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    await queue.inTurn {
                        order.note(number)
                        await Task.yield()
                        order.note(number)
                    }
                }
                for _ in 0..<1000 { await Task.yield() }
            }
            #expect(order.numbers == [], "another has the turn")
            queue.endTurn()
        }
        let turns = order.numbers
        #expect(Set(turns).count == 5 && stride(from: 0, to: 10, by: 2).allSatisfy { turns[$0] == turns[$0 + 1] }, "\(turns)")
        // The last has ended his.
        await queue.inTurn {}
    }

    @Test("What is added only where there is room pushes nothing out, and comes whole or not at all")
    func room() {
        append(["a", "b", "c", "d", "e", "f", "g", "h"], fence: nil)
        #expect(!queue.appendIfRoom(["i", "j", "k"].map { Sample.answer($0) }))
        #expect(queue.count == 8 && queue.last(Sample.key("i")) == nil)
        #expect(queue.appendIfRoom(["i", "j"].map { Sample.answer($0) }))
        #expect(!queue.hasRoom && !queue.appendIfRoom([Sample.answer("k")]))
        #expect(queue.appendIfRoom([]))
        // What callers have asked for is never refused; the oldest goes.
        #expect(queue.append(Sample.answer("k")) == 1)
        #expect(queue.count == 10 && queue.last(Sample.key("a")) == nil)
        // What is being written may come back.
        let batch = queue.takeBatch()
        #expect(batch.answers.count == 10 && !queue.appendIfRoom([Sample.answer("l")]))
        #expect(queue.putBack(batch) == 0 && queue.count == 10)
        _ = queue.takeBatch()
        queue.settle()
        #expect(queue.appendIfRoom([Sample.answer("l")]))
    }

    @Test("A later run takes over what an earlier one has left, also what is being written, and nothing else")
    func takenOver() {
        append(["a"], fence: 7)
        let underWay = queue.takeBatch()
        append(["b"], fence: 7)
        append(["c"], fence: 7, job: "refresh-popular")
        append(["d"], fence: nil)
        #expect(!queue.isTakenOver(underWay))
        takeOver(fence: 8)
        #expect(queue.isTakenOver(underWay))
        #expect(queue.putBack(underWay) == 0)
        let batches = batches()
        #expect(batches.map { $0.answers.map(\.key) } == [["a", "b"], ["c"], ["d"]].map { $0.map { Sample.key($0) } })
        #expect(batches.map { $0.fence?.number } == [8, 7, nil])
        #expect(!batches.contains(where: queue.isTakenOver))
    }

    @Test("A job's answers are held until they are in the store or given up")
    func held() {
        #expect(!queue.holdsAnswers(of: "warm-cache"))
        append(["a"], fence: 7)
        append(["b"], fence: nil)
        #expect(queue.holdsAnswers(of: "warm-cache") && !queue.holdsAnswers(of: "refresh-popular"))
        let batch = queue.takeBatch()
        #expect(queue.holdsAnswers(of: "warm-cache"))
        #expect(queue.putBack(batch) == 0)
        #expect(queue.holdsAnswers(of: "warm-cache"))
        _ = queue.takeBatch()
        queue.settle()
        #expect(!queue.holdsAnswers(of: "warm-cache") && queue.count == 1)
    }
}
