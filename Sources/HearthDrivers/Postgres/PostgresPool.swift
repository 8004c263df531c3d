import DequeModule

/// Who works on what: threads with a connection each, and calls that wait for one.
///
/// It is a plain value; its owner guards it with a lock and does what it says.
struct PostgresPool<Call> {
    enum Submission: Equatable {
        /// A resting thread is to be woken; it takes the next call.
        case wake(Int)
        /// A new thread with this number is to be started.
        case start(Int)
        /// All threads are busy; one of them takes the call when it is done.
        case queued
        case refused
        case closed
    }

    enum Next {
        case work(Call)
        case rest
        /// The thread ends.
        case leave
    }

    let limit: Int
    let pendingLimit: Int
    private(set) var pending: Deque<Call> = []
    private(set) var isClosed = false
    private var resting: [Int] = []
    private var threads: Set<Int> = []
    private var connected: Set<Int> = []
    private var connecting: Set<Int> = []
    private var lastNumber = 0

    init(limit: Int, pendingLimit: Int) {
        self.limit = max(1, limit)
        self.pendingLimit = max(1, pendingLimit)
    }

    var threadCount: Int { threads.count }
    var idleConnections: Int { resting.count { connected.contains($0) } }
    var activeConnections: Int { connected.count - idleConnections }

    mutating func submit(_ call: Call) -> Submission {
        guard !isClosed else { return .closed }
        // The thread that rested last is woken first, so that the others can end when there is little to do.
        if let thread = resting.popLast() {
            pending.append(call)
            return .wake(thread)
        }
        if threads.count < limit {
            pending.append(call)
            lastNumber += 1
            threads.insert(lastNumber)
            return .start(lastNumber)
        }
        guard pending.count < pendingLimit else { return .refused }
        pending.append(call)
        return .queued
    }

    /// What a thread does now.
    mutating func next(for thread: Int) -> Next {
        if let call = pending.popFirst() { return .work(call) }
        if isClosed {
            forget(thread)
            return .leave
        }
        resting.append(thread)
        return .rest
    }

    /// A thread that rested too long, or cannot connect, wants to end. False: it has just been chosen to be woken.
    mutating func retire(_ thread: Int) -> Bool {
        guard let place = resting.firstIndex(of: thread) else { return false }
        resting.remove(at: place)
        forget(thread)
        return true
    }

    /// A thread was woken or rested long enough to look again; it is no longer resting.
    mutating func wakeUp(_ thread: Int) { resting.removeAll { $0 == thread } }

    mutating func noteConnecting(_ thread: Int) { connecting.insert(thread) }

    mutating func note(_ thread: Int, isConnected: Bool) {
        connecting.remove(thread)
        if isConnected { connected.insert(thread) } else { connected.remove(thread) }
    }

    enum HandOver: Equatable {
        /// No other thread has a connection or is about to have one.
        case impossible
        /// The thread is to leave; another one takes the call, and is to be woken if it rests.
        case taken(wake: Int?)
    }

    /// Gives a call back for another thread that has a connection, or will know in a moment whether it has.
    mutating func handOver(_ call: Call, from thread: Int) -> HandOver {
        guard !isClosed, connected.union(connecting).contains(where: { $0 != thread }) else { return .impossible }
        pending.prepend(call)
        forget(thread)
        return .taken(wake: resting.popLast())
    }

    /// Takes back calls that no thread has begun.
    mutating func withdraw(where matches: (Call) -> Bool) -> Bool {
        guard let place = pending.firstIndex(where: matches) else { return false }
        pending.remove(at: place)
        return true
    }

    /// A thread ended, or could not be started.
    mutating func forget(_ thread: Int) {
        threads.remove(thread)
        connected.remove(thread)
        connecting.remove(thread)
    }

    /// Nothing more is taken; returns what waits and whom to wake.
    mutating func close() -> (pending: [Call], resting: [Int]) {
        isClosed = true
        defer { pending = [] }
        return (Array(pending), resting)
    }
}
