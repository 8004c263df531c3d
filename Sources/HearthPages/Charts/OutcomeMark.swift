/// The shape of an outcome; the word stands beside it wherever it is not in a chart.
extension JobOutcome {
    /// In text: ● ✕ ◆ ▶ ▽ ○ ◇ ▷.
    var sign: String {
        switch self {
        case .success: "●"
        case .failure: "✕"
        case .timeout: "◆"
        case .running: "▶"
        case .skipped: "▽"
        case .missed: "○"
        case .cancelled: "◇"
        case .waiting: "▷"
        }
    }

    /// How bad it is; the worst of a bin is shown.
    var severity: Int {
        switch self {
        case .success: 0
        case .waiting: 1
        case .running: 2
        case .skipped: 3
        case .cancelled: 4
        case .missed: 5
        case .timeout: 6
        case .failure: 7
        }
    }

    /// An outline around the middle, for SVG.
    func path(at middle: Point, radius: Double) -> String {
        let number = SVGText.number
        let (x, y, r) = (middle.x, middle.y, radius)
        switch self {
        case .success, .missed:
            return
                "M\(number(x - r)) \(number(y))a\(number(r)) \(number(r)) 0 1 1 \(number(2 * r)) 0a\(number(r)) \(number(r)) 0 1 1 \(number(-2 * r)) 0z"
        case .failure:
            return
                "M\(number(x - r)) \(number(y - r))l\(number(2 * r)) \(number(2 * r))m0 \(number(-2 * r))l\(number(-2 * r)) \(number(2 * r))"
        case .timeout, .cancelled:
            let d = r * 1.25
            return "M\(number(x)) \(number(y - d))l\(number(d)) \(number(d)) \(number(-d)) \(number(d)) \(number(-d)) \(number(-d))z"
        case .running, .waiting:
            return "M\(number(x - r)) \(number(y - r))l\(number(2 * r)) \(number(r)) \(number(-2 * r)) \(number(r))z"
        case .skipped:
            return "M\(number(x - r)) \(number(y - r))h\(number(2 * r))l\(number(-r)) \(number(2 * r))z"
        }
    }
}
