import Glibc

/// A POSIX thread for calls into C libraries that may block, so that none of them ever holds up async code.
///
/// All signals are blocked on it: signals belong to the service's own handlers, and a write to a closed socket inside a library
/// gives an error instead of a SIGPIPE that would end the process.
package struct DedicatedThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` once and ends.
    ///
    /// - Parameter name: shown by `ps -L` and `top -H`; Linux keeps the first 15 bytes.
    package init(name: String, body: @escaping @Sendable () -> Void) throws(DedicatedThreadError) {
        let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var handle = pthread_t()
        // The retained start object is taken over by the new thread; the function captures nothing.
        let code = unsafe pthread_create(
            &handle, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw DedicatedThreadError(name: name, code: code)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended; it must be called at most once, and not after ``detach()``.
    package func join() {
        // The handle is valid: it came from pthread_create, and the caller joins or detaches once.
        _ = pthread_join(handle, nil)
    }

    /// Lets the thread's resources go when it ends, without anyone waiting for it.
    package func detach() {
        _ = pthread_detach(handle)
    }
}

/// The system refused a thread, usually because the limit of processes or memory is reached.
package struct DedicatedThreadError: Error, CustomStringConvertible, Sendable {
    package let name: String
    package let code: Int32

    package var description: String {
        "The thread \(name) could not be started (error \(code)). Raise the limit of threads (ulimit -u) or free memory."
    }
}

private final class ThreadStart: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        var signals = sigset_t()
        // Both calls write or read a local set; blocking every signal cannot fail.
        unsafe sigfillset(&signals)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        setName()
        body()
    }

    /// Names the thread for `ps` and `top`; a system that refuses shows the process's name instead.
    private func setName() {
        // pthread_setname_np is not in the C library's module; the kernel's file does the same.
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = unsafe write(file, bytes, bytes.count)
        close(file)
    }
}
