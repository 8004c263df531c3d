/// The samples of a Prometheus exposition, read by their names and labels.
package struct MetricSamples: Sendable {
    private struct Sample {
        var name: Substring
        var labels: [String: String]
        var value: Double
    }

    private let samples: [Sample]

    package init(_ text: String) {
        samples = text.split(separator: "\n").compactMap { $0.hasPrefix("#") ? nil : Self.sample($0) }
    }

    /// The sum of the samples with this name and at least these labels; nil when there are none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let values = samples.filter { sample in sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value } }.map(
            \.value)
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// Every sample, in the order of the text.
    package var all: [(name: String, labels: [String: String], value: Double)] {
        samples.map { (String($0.name), $0.labels, $0.value) }
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard let nameEnd = line.firstIndex(where: { $0 == "{" || $0 == " " }), let space = line.lastIndex(of: " "),
            let value = Double(line[line.index(after: space)...])
        else { return nil }
        var labels: [String: String] = [:]
        if line[nameEnd] == "{", let end = line.lastIndex(of: "}") {
            // No label value of Hearth contains a comma or a quotation mark.
            for pair in line[line.index(after: nameEnd)..<end].split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { labels[String(parts[0])] = String(parts[1].dropFirst().dropLast()) }
            }
        }
        return Sample(name: line[..<nameEnd], labels: labels, value: value)
    }
}
