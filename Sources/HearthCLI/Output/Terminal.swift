#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// When colour is used.
enum ColorChoice: String, CaseIterable {
    case auto
    case always
    case never
}

/// What one output stream can show.
struct Terminal: Equatable {
    let isInteractive: Bool
    let usesColor: Bool
    /// Columns; nil in a pipe, where nothing is cut.
    let width: Int?

    /// Decides from what is known about the stream; every stream decides for itself.
    init(isInteractive: Bool, columns: Int?, environment: [String: String], color: ColorChoice) {
        self.isInteractive = isInteractive
        width = isInteractive ? columns ?? 80 : nil
        let isForced = environment["CLICOLOR_FORCE"].map { !$0.isEmpty && $0 != "0" } ?? false
        let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        usesColor =
            switch color {
            case .always: true
            case .never: false
            case .auto: isForced || (isInteractive && !isRefused && environment["TERM"] != "dumb")
            }
    }

    static func standardOutput(environment: [String: String], color: ColorChoice = .auto) -> Terminal {
        Terminal(descriptor: STDOUT_FILENO, environment: environment, color: color)
    }

    static func standardError(environment: [String: String], color: ColorChoice = .auto) -> Terminal {
        Terminal(descriptor: STDERR_FILENO, environment: environment, color: color)
    }

    static var standardInputIsInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    private init(descriptor: Int32, environment: [String: String], color: ColorChoice) {
        let isInteractive = isatty(descriptor) == 1
        let columns = isInteractive ? Self.columns(of: descriptor) : nil
        self.init(isInteractive: isInteractive, columns: columns, environment: environment, color: color)
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        // The system fills the structure during the call and keeps no pointer to it.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    enum Color: String {
        case green = "32"
        case yellow = "33"
        case red = "31"
        case dim = "2"
    }

    func paint(_ text: String, _ color: Color) -> String {
        usesColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }
}
