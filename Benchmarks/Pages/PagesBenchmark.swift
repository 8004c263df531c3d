import HearthPages
import HearthTelemetry
import Measuring
import PageSamples

/// Measures what pages weigh and how long they take to be made, beside the limits that they have.
@main
enum PagesBenchmark {
    static func main() throws {
        print("asset                                                 bytes    compressed   at most")
        try weigh("stylesheet", Stylesheet.bytes, limit: 6)
        try weigh("script", PageScript.bytes, limit: 6)
        print("\npage                                                  bytes    compressed   at most")
        for page in SamplePage.allCases {
            for language in [Language.en, .he, .ru] where language == .en || page == .overview {
                let bytes = Sample.page(page, in: Sample.frame(page.view, language: language)).page
                try weigh("\(page) \(language.rawValue)", bytes, limit: page == .overview ? 12 : page == .busy ? 2 : 24)
            }
        }
        for (name, length, count) in [("7 days", BucketLength.hour, 168), ("1 year", .month, 12)] {
            let page = Pages.overview(Sample.overview(.ready(Sample.usage(length, buckets: count))), in: Sample.frame(.overview)).page
            try weigh("overview, \(name)", page, limit: 24)
        }
        print("\nmaking a page                                        median   99 of 100   at most")
        time("overview, 24 hours", limit: 5) { overview(.hour, 24) }
        time("overview, 7 days", limit: 20) { overview(.hour, 168) }
        time("overview, 1 year", limit: 20) { overview(.month, 12) }
        for page in [SamplePage.savings, .questions, .jobs, .job, .health, .report] {
            time("\(page)", limit: 20) { Sample.page(page, in: Sample.frame(page.view)) }
        }
    }

    private static func overview(_ length: BucketLength, _ count: Int) -> RenderedPage {
        Pages.overview(Sample.overview(.ready(Sample.usage(length, buckets: count))), in: Sample.frame(.overview))
    }

    /// Five hundred times, the first twenty of which only warm the processor.
    private static func time(_ name: String, limit: Int, _ make: () -> RenderedPage) {
        let clock = SystemTimeSource()
        var times: [Duration] = []
        var bytes = 0
        for _ in 0..<520 {
            let begin = clock.uptime()
            bytes += make().page.count
            times.append(clock.uptime() - begin)
        }
        let sorted = times.dropFirst(20).sorted()
        let percentile = { (share: Int) in
            "\((sorted[sorted.count * share / 100].fractionalSeconds * 100_000).rounded() / 100) ms"
        }
        print(
            padded(name, 50) + padded(percentile(50), 9, atEnd: false) + padded(percentile(99), 12, atEnd: false)
                + padded("\(limit) ms", 10, atEnd: false))
        precondition(bytes > 0, "PagesBenchmark: nothing was made")
    }

    private static func weigh(_ name: String, _ bytes: [UInt8], limit: Int) throws {
        let compressed = try Compressed.count(bytes)
        print(
            padded(name, 50) + padded("\(bytes.count)", 9, atEnd: false) + padded("\(compressed)", 14, atEnd: false)
                + padded("\(limit * 1024)", 10, atEnd: false))
    }

    private static func padded(_ text: String, _ width: Int, atEnd: Bool = true) -> String {
        let blanks = String(repeating: " ", count: max(width - text.count, 0))
        return atEnd ? text + blanks : blanks + text
    }
}
