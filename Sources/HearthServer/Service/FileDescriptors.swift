#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The process's limit on open files.
enum FileDescriptors {
    /// Raises the soft limit to the hard one, since every connection is a file; leaves it alone where that fails.
    static func raiseLimit() {
        var limit = rlimit()
        // The pointers live for the calls only.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
