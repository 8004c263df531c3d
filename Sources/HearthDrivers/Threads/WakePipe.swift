import Glibc

/// Wakes a thread that waits in `poll`, from any other thread.
///
/// Both ends are non-blocking: waking a thread that is awake already costs nothing and never waits.
final class WakePipe: Sendable {
    /// The end to poll for `POLLIN`.
    let readEnd: Int32
    private let writeEnd: Int32

    /// Nil when the process has no file descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        // The array lives for the call, which fills both places.
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func wake() {
        var byte: UInt8 = 1
        // A full pipe is as good as one more byte.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Takes everything that was written, so that the next `poll` waits again.
    func clear() {
        // The buffer lives for the calls, which fill no more than it has.
        unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while unsafe read(readEnd, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }
}
