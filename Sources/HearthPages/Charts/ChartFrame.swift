/// The size of a chart and of the plot in it, in the units of its view box.
struct ChartFrame: Sendable, Equatable {
    var width = 560.0
    var height = 220.0
    /// Room for the labels of the vertical axis.
    var start = 46.0
    /// Room for labels at line ends.
    var end = 14.0
    var top = 18.0
    var bottom = 30.0

    var plotWidth: Double { width - start - end }
    var plotHeight: Double { height - top - bottom }
    var floor: Double { height - bottom }

    func x(_ share: Double) -> Double { start + plotWidth * min(max(share, 0), 1) }
    func y(_ share: Double) -> Double { floor - plotHeight * min(max(share, 0), 1) }

    /// An estimate of a text's width, wide enough for the common system fonts at 12 units.
    static func width(of text: String) -> Double {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x20, 0xA0, 0x2C, 0x2E, 0x3A, 0x5D9, 0x5D5, 0x5F3: sum + 3.6
            case 0x41...0x5A, 0x410...0x42F, 0x25: sum + 9.4
            case 0x200B...0x200F, 0x2066...0x2069: sum
            default: sum + 7
            }
        }
    }
}

/// A label of an axis: where, as a share of the axis, and what.
struct Tick: Sendable, Equatable {
    var share: Double
    var label: String
    /// Left out where the screen is narrow.
    var isMinor = false
}

extension SVGText {
    /// The root element; its name comes from the figure around it.
    ///
    /// - Parameter isEven: the points are equally far apart, so that the reading aid can show where one is.
    mutating func beginChart(_ frame: ChartFrame, labelledBy ids: String, kind: String, isEven: Bool = true) {
        begin(
            "svg",
            [
                "class": "chart " + kind, "role": "img", "aria-labelledby": ids,
                "viewBox": "0 0 \(Self.number(frame.width)) \(Self.number(frame.height))",
                "data-x0": isEven ? Self.number(frame.start) : "", "data-x1": isEven ? Self.number(frame.width - frame.end) : "",
                "data-floor": Self.number(frame.floor),
            ])
    }

    /// Lines and labels of the vertical axis.
    mutating func verticalAxis(_ ticks: [Tick], in frame: ChartFrame) {
        for tick in ticks {
            let y = frame.y(tick.share)
            element(
                "line",
                [
                    "class": tick.share == 0 ? "axis" : "grid", "x1": Self.number(frame.start), "x2": Self.number(frame.width - frame.end),
                    "y1": Self.number(y), "y2": Self.number(y),
                ])
            label(tick.label, ["class": "tick", "x": Self.number(frame.start - 6), "y": Self.number(y + 4), "text-anchor": "end"])
        }
    }

    /// Labels of the time axis, which runs left to right in every language; `zone` is named once at its beginning.
    mutating func timeAxis(_ ticks: [Tick], zone: String, in frame: ChartFrame) {
        for tick in ticks {
            let x = frame.x(tick.share)
            element(
                "line",
                [
                    "class": "axis", "x1": Self.number(x), "x2": Self.number(x), "y1": Self.number(frame.floor),
                    "y2": Self.number(frame.floor + 4),
                ])
            label(
                tick.label,
                [
                    "class": tick.isMinor ? "tick minor" : "tick", "x": Self.number(x), "y": Self.number(frame.floor + 17),
                    "text-anchor": "middle",
                ])
        }
        label(zone, ["class": "tick zone", "x": "0", "y": Self.number(frame.floor + 17)])
    }

    /// Marks of events: a dashed line through the plot with a triangle at its foot.
    mutating func eventMarks(_ marks: [ChartMark], in frame: ChartFrame) {
        for mark in marks {
            let x = frame.x(mark.share)
            begin("g", ["class": "event"])
            element(
                "line",
                [
                    "x1": Self.number(x), "x2": Self.number(x), "y1": Self.number(frame.top), "y2": Self.number(frame.floor),
                    "stroke-dasharray": "1 4",
                ])
            let foot = frame.floor
            element(
                "path", ["d": "M\(Self.number(x - 4)) \(Self.number(foot))l4 -7 4 7z"], title: mark.title)
            end("g")
        }
    }
}

/// Something that happened while the chart's figures came about.
struct ChartMark: Sendable, Equatable {
    var share: Double
    var title: String
}
